#pragma once
/// \file
/// How many of a group are below a score: the one question that AUC, placements and precision ask.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gsl/span>

#include "reduce/kernels.hpp"

namespace clvae::reduce {

/// A group's keys in buckets of a few each, all of a bucket below all of the next.
///
/// Faster than a full sort: one pass puts keys into buckets that a sample of them has made about
/// equally full; a question then compares with the few keys from its bucket's first on, without a
/// branch, because what follows the bucket is larger anyway. Fuller buckets are sorted and
/// searched, so that any keys, all equal ones too, take O(n log n) at most, and the counts are
/// always exact.
class GroupRanks {
 public:
  /// \pre keys are not empty, and none is the largest 32-bit number
  void build(gsl::span<const std::int32_t> keys);

  /// Twice the number of pairs in which one of `keys` is above one of the group, ties half.
  std::uint64_t doubled_pairs(gsl::span<const std::int32_t> keys);

  /// For each of `keys`, how many of the group are below it and how many equal it.
  void count(gsl::span<const std::int32_t> keys, std::uint32_t* below, std::uint32_t* equal);

 private:
  void lay_buckets(gsl::span<const std::int32_t> keys);
  void fill_buckets(gsl::span<const std::int32_t> keys);

  BucketMap map_;
  std::vector<Stretch> stretches_;
  std::vector<std::uint32_t> begins_;  ///< [buckets + 1] of positions in sorted_
  std::vector<std::int32_t> sorted_;
  std::vector<std::uint8_t> is_full_;  ///< [buckets]: holds more than a window shows
  bool any_full_ = false;
  std::vector<std::uint32_t> bucket_of_;  ///< of the keys at hand
};

}  // namespace clvae::reduce
