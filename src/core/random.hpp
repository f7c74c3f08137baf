#pragma once
/// \file
/// Random streams that give the same numbers on every machine, compiler and number of ranks.

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <string_view>
#include <vector>

#include "core/strong.hpp"

namespace clvae {

/// The seed of the stream for one purpose: a hash of the base seed, the purpose's name and indices.
/// Different arguments give unrelated streams. Any rank.
Seed derive_seed(Seed base, std::string_view purpose,
                 std::initializer_list<std::uint64_t> indices = {});

/// xoshiro256** (Blackman and Vigna, 2018), seeded through SplitMix64 as its authors advise.
/// The standard's distributions differ between libraries, so those needed are here.
class RandomStream {
 public:
  using result_type = std::uint64_t;
  explicit RandomStream(Seed seed);

  static constexpr result_type min() { return 0; }
  static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
  result_type operator()();

  /// Uniform in [0, 1) with 53 random bits.
  double uniform();

  /// Uniform in 0..bound-1 without bias (Lemire 2019). \pre bound > 0
  std::uint64_t below(std::uint64_t bound);

  /// Standard normal (polar method of Marsaglia).
  double normal();

  /// Shuffles in place (Fisher and Yates): every order is equally likely.
  template <class Value>
  void shuffle(std::vector<Value>& values) {
    for (std::size_t left = values.size(); left > 1; --left) {
      std::swap(values[left - 1], values[below(left)]);
    }
  }

  /// A uniformly drawn order of 0..count-1.
  template <class Value = std::size_t>
  std::vector<Value> permutation(std::size_t count) {
    std::vector<Value> order(count);
    for (std::size_t i = 0; i < count; ++i) order[i] = static_cast<Value>(i);
    shuffle(order);
    return order;
  }

 private:
  std::uint64_t state_[4];
};

}  // namespace clvae
