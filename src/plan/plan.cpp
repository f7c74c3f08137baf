#include "clvae/plan/plan.hpp"

#include <numeric>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::plan {

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
    const auto classes = static_cast<std::size_t>(options.classes);
    if (options.permutation == Permutation::identity) {
      member.permutation.resize(classes);
      std::iota(member.permutation.begin(), member.permutation.end(), 0);
    } else {
      RandomStream stream(derive_seed(member.seed, "permutation"));
      member.permutation = stream.permutation<std::int32_t>(classes);
    }
    planned.push_back(std::move(member));
  }
  return planned;
}

Seed attempt_seed(Seed member_seed, Attempt attempt) {
  return derive_seed(member_seed, "attempt", {attempt.value()});
}

}  // namespace clvae::plan
