#pragma once
/// \file
/// The innermost loops of the reduction, compiled for several generations of processors.

#include <cstddef>
#include <cstdint>

#include "reduce/merge.hpp"

namespace clvae::reduce {

/// Samples that are worked on together.
constexpr std::size_t kLanes = 16;
/// Exponent of what is nothing at all.
constexpr std::int32_t kNoExponent = -(1 << 28);

/// One tile of samples and one order of its members.
struct TileWalk {
  const float* values = nullptr;            ///< [N][columns][lanes]
  const std::int32_t* exponents = nullptr;  ///< [N][lanes]
  const std::size_t* order = nullptr;       ///< [N]
  const float* log_sizes = nullptr;         ///< [N]: logs of 1..N
  std::size_t members = 0;
  std::size_t columns = 0;
  void* merged = nullptr;      ///< [columns][lanes] floats, aligned, to work in
  float* anomalies = nullptr;  ///< [N][stride]
  std::size_t stride = 0;
};

/// Added to a number below 2^21 and taken away again, it leaves a multiple of 2^-30. Sums of such
/// numbers are exact in double precision, and so the same in whatever order, up to 2^23.
constexpr double kGrid = 1.5 * (1 << 22);

/// One tile of samples and one order of members that are scored by sums over sets of them.
struct JointWalk {
  const float* values = nullptr;        ///< [rows][columns][lanes]
  const std::size_t* joined = nullptr;  ///< [N]: the row that counts once a member has joined,
  const std::size_t* before = nullptr;  ///< [N]: in place of this one
  const std::size_t* sizes = nullptr;   ///< [size_count], ascending: those whose scores are wanted
  std::size_t size_count = 0;
  std::size_t members = 0;
  std::size_t columns = 0;
  double* sums = nullptr;      ///< [columns][lanes] to work in
  float* anomalies = nullptr;  ///< [size_count][stride]
  std::size_t stride = 0;
};

/// A point and what it is compared with; `count` in whole lanes.
struct PointAmong {
  const float* point = nullptr;       ///< [dimension]
  const float* references = nullptr;  ///< [dimension][count]
  std::size_t dimension = 0;
  std::size_t count = 0;
};

/// base + (plus - minus), [count] in whole lanes.
struct SumOf {
  const double* base = nullptr;
  const double* plus = nullptr;
  const double* minus = nullptr;
  std::size_t count = 0;
};

/// The largest rank that `ranked_sum` knows.
constexpr std::size_t kLargestRank = 5;

/// The smallest and the largest of `count` keys.
struct KeyRange {
  std::int32_t lowest = 0;
  std::int32_t highest = 0;
};

/// A stretch of keys that is cut into buckets of the same width.
struct Stretch {
  std::uint32_t first = 0;    ///< bucket
  std::uint32_t buckets = 0;  ///< how many
};

/// Where keys go: the range is cut into stretches of 2^shift keys, each stretch into buckets.
struct BucketMap {
  KeyRange range;
  std::uint32_t shift = 0;
  std::uint32_t coarse = 0;  ///< low bits of a key that its bucket does not depend on
  const Stretch* stretches = nullptr;
};

/// Keys that a question is compared with without looking.
constexpr std::size_t kWindow = 16;

/// Keys in buckets: all of a bucket below all of the next; behind the last kWindow keys that are
/// larger than any.
struct Buckets {
  const std::int32_t* keys = nullptr;
  const std::uint32_t* begins = nullptr;  ///< [buckets + 1]
};

/// One build of all kernels. All builds give the same bits.
struct Kernels {
  /// Minus the log of the largest column's mean of `values * 2^exponent`, for every size.
  void (*walk_exponentials)(const TileWalk& tile);
  /// What has the same order among samples, and the same ties to within rounding; three times as
  /// fast.
  void (*rank_exponentials)(const TileWalk& tile);
  /// `sign` times the largest column's mean, for every size.
  void (*walk_means)(const TileWalk& tile, float sign);
  /// Minus the largest column's maximum, for every size.
  void (*walk_maxima)(const TileWalk& tile);
  /// Minus the largest column's minimum, for every size.
  void (*walk_minima)(const TileWalk& tile);
  /// The smallest column's sum over the number of members, for every size that is wanted.
  void (*walk_joint)(const JointWalk& tile);
  /// `before` and the squared distances, rounded by kGrid. \param after [count]
  void (*add_distances)(const PointAmong& among, const double* before, double* after);
  /// The smallest sum where `rank` is 1, the second smallest where it is 2. \pre 1 <= rank <=
  /// kLargestRank, and there are as many
  float (*ranked_sum)(const SumOf& sum, std::size_t rank);
  /// Whole numbers in the order of the scores; equal scores, 0 and -0 too, are equal.
  void (*order_keys)(const float* scores, std::size_t count, std::int32_t* keys);
  /// \pre count > 0
  KeyRange (*range_of)(const std::int32_t* keys, std::size_t count);
  /// The bucket of each key; keys outside the range go to the outermost buckets.
  void (*find_buckets)(const BucketMap& map, const std::int32_t* keys, std::size_t count,
                       std::uint32_t* buckets);
  /// Sum over `keys` of those below and of those not above, in the window from the begin of each
  /// one's bucket on, and of twice what lies before the bucket. \param buckets of the keys
  std::uint64_t (*doubled_pairs)(const Buckets& others, const std::int32_t* keys,
                                 const std::uint32_t* buckets, std::size_t count);
  /// For each key those below it, and those equal to it, as far as its window shows.
  void (*count)(const Buckets& others, const std::int32_t* keys, const std::uint32_t* buckets,
                std::size_t count, std::uint32_t* below, std::uint32_t* equal);
};

/// The build for this processor.
const Kernels& kernels();

namespace baseline {
Kernels build();
}
namespace x86_64_v3 {
Kernels build();
}
namespace x86_64_v4 {
Kernels build();
}

}  // namespace clvae::reduce
