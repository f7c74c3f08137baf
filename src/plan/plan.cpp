#include "plan/plan.hpp"

#include <numeric>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::plan {

namespace {

std::vector<std::int32_t> draw_permutation(Seed member_seed, const Options& options) {
  const auto classes = static_cast<std::size_t>(options.classes);
  if (options.permutation == Permutation::random) {
    RandomStream stream(derive_seed(member_seed, "permutation"));
    return stream.permutation<std::int32_t>(classes);
  }
  std::vector<std::int32_t> identity(classes);
  std::iota(identity.begin(), identity.end(), 0);
  return identity;
}

}  // namespace

std::vector<Member> members(const Options& options) {
  if (options.size < 1 || options.classes < 1) {
    throw UsageError(fmt::format("an ensemble needs members and classes; found {} and {}",
                                 options.size, options.classes));
  }
  std::vector<Member> planned;
  for (int index = 0; index < options.size; ++index) {
    const auto number = static_cast<std::uint32_t>(index);
    Member member;
    member.kind = options.kind;
    member.index = MemberIndex{number};
    member.seed = derive_seed(options.ensemble_seed, name_of(options.kind), {number});
    if (has_centres(options.kind)) member.permutation = draw_permutation(member.seed, options);
    planned.push_back(std::move(member));
  }
  return planned;
}

Seed attempt_seed(Seed member_seed, Attempt attempt) {
  return derive_seed(member_seed, "attempt", {attempt.value()});
}

}  // namespace clvae::plan
