#pragma once
/// \file
/// Integers that can't be mixed up: ranks, members, attempts and seeds each have a type.

#include <cstdint>

namespace clvae {

/// An integer with a meaning; explicit in both directions, compared only with its own kind.
template <class Tag, class Value>
class Strong {
 public:
  using value_type = Value;
  constexpr Strong() = default;
  constexpr explicit Strong(Value value) : value_(value) {}
  constexpr Value value() const noexcept { return value_; }
  friend constexpr bool operator==(Strong a, Strong b) { return a.value_ == b.value_; }
  friend constexpr bool operator!=(Strong a, Strong b) { return a.value_ != b.value_; }
  friend constexpr bool operator<(Strong a, Strong b) { return a.value_ < b.value_; }

 private:
  Value value_{};
};

using Rank = Strong<struct RankTag, int>;                          ///< MPI rank, from 0
using MemberIndex = Strong<struct MemberIndexTag, std::uint32_t>;  ///< within its kind, from 0
using Attempt = Strong<struct AttemptTag, std::uint32_t>;          ///< at one member, from 0
using Seed = Strong<struct SeedTag, std::uint64_t>;                ///< start of a random stream

}  // namespace clvae
