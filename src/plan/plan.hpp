#pragma once
/// \file
/// Who the members of an ensemble are, from the config alone.

#include <cstdint>
#include <vector>

#include "core/kind.hpp"
#include "core/random.hpp"
#include "core/strong.hpp"

namespace clvae::plan {

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

struct Options {
  Kind kind = Kind::clvae;
  int size = 0;     ///< members
  int classes = 0;  ///< inlier classes K
  Seed ensemble_seed;
  Permutation permutation = Permutation::random;
};

/// The members in order. Member i is the same for every `size` > i, so an ensemble can grow, and
/// whatever other kinds there are. Any rank.
/// \throws UsageError where size or classes is not positive.
std::vector<Member> members(const Options& options);

/// The seed of one attempt at a member: depends on the member's seed and the attempt alone.
Seed attempt_seed(Seed member_seed, Attempt attempt);

}  // namespace clvae::plan
