#include "methods/plan.hpp"

#include <numeric>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "methods/method.hpp"

namespace clvae::methods {

namespace {

constexpr std::string_view kOwnSizes = "ensemble.sizes.";

/// How many members of that kind alone there are to be, where that is said.
std::optional<int> own_size(Kind kind, const config::Sizes& sizes) {
  if (!is_random(kind)) return 1;  // all others would be equal to it
  const auto size = sizes.find(kind);
  if (size == sizes.end()) return std::nullopt;
  return size->second;
}

std::vector<std::int32_t> draw_permutation(Seed member_seed, const PlanOptions& options) {
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

std::vector<Member> members(const PlanOptions& options) {
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
    if (method_of(options.kind).has_centres())
      member.permutation = draw_permutation(member.seed, options);
    planned.push_back(std::move(member));
  }
  return planned;
}

Plan planned_members(const config::Config& config, std::size_t classes) {
  Plan planned;
  for (const std::string& method : config.ensemble.methods) {
    PlanOptions options;
    options.kind = kind_named(method).value();  // the loader allows no other words
    options.size = own_size(options.kind, config.ensemble.sizes).value_or(config.ensemble.size);
    options.classes = static_cast<int>(classes);
    options.ensemble_seed = Seed{config.ensemble.seed};
    options.permutation =
        config.ensemble.permutation == "identity" ? Permutation::identity : Permutation::random;
    planned[options.kind] = members(options);
  }
  return planned;
}

bool is_size_key(const std::string& key) {
  return key == kSizeKey || key.compare(0, kOwnSizes.size(), kOwnSizes) == 0;
}

std::string size_key(Kind kind, const config::Ensemble& ensemble) {
  if (!own_size(kind, ensemble.sizes)) return kSizeKey;
  return fmt::format("{}{}", kOwnSizes, name_of(kind));
}

std::size_t member_count(const Plan& plan) {
  std::size_t count = 0;
  for (const auto& [kind, members] : plan) count += members.size();
  return count;
}

Seed attempt_seed(Seed member_seed, Attempt attempt) {
  return derive_seed(member_seed, "attempt", {attempt.value()});
}

}  // namespace clvae::methods
