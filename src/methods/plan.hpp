#pragma once
/// \file
/// Who the members of an ensemble are; from the config alone.

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "core/kind.hpp"
#include "core/random.hpp"
#include "core/strong.hpp"

namespace clvae::methods {

enum class Permutation {
  random,    ///< every member draws its own, uniformly among all K!
  identity,  ///< class k at centre k in every member
};

/// One member-to-be.
struct Member {
  Kind kind;
  MemberIndex index;
  Seed seed;  ///< base of all its random streams
  /// [K]: permutation[class] is the centre's index; empty where the kind has no centres.
  std::vector<std::int32_t> permutation;
};

/// What decides who the members of one kind are.
struct PlanOptions {
  Kind kind{};
  int size = 0;     ///< members
  int classes = 0;  ///< inlier classes K
  Seed ensemble_seed;
  Permutation permutation = Permutation::random;
};

/// The members in order. Member i is the same for every `size` > i, so an ensemble can grow, and
/// whatever other kinds there are. Any rank.
/// \throws UsageError where size or classes is not positive.
std::vector<Member> members(const PlanOptions& options);

/// The members of every kind that the config asks for; one where the kind knows no chance.
using Plan = std::map<Kind, std::vector<Member>>;
Plan planned_members(const config::Config& config, std::size_t classes);

/// All members, of whatever kind.
std::size_t member_count(const Plan& plan);

/// The key that says how many members of each kind there are, unless a kind has a key of its own.
inline constexpr const char* kSizeKey = "ensemble.size";
/// Whether a key says how many members there are.
bool is_size_key(const std::string& key);
/// The key that says how many members of that kind there are.
std::string size_key(Kind kind, const config::Ensemble& ensemble);

/// The seed of one attempt at a member: depends on the member's seed and the attempt alone.
Seed attempt_seed(Seed member_seed, Attempt attempt);

}  // namespace clvae::methods
