#include "reduce/group_ranks.hpp"

#include <algorithm>
#include <limits>

namespace clvae::reduce {

namespace {

constexpr std::uint32_t kStretches = 1024;
/// Of so many keys one is looked at to find where they crowd.
constexpr std::size_t kSampled = 8;
/// Buckets that a sampled key asks for.
constexpr std::uint32_t kBucketsPerSample = 3;
/// Bits of a key within its stretch that its bucket depends on, at most.
constexpr std::uint32_t kFineBits = 12;
constexpr std::uint32_t kWordBits = 32;

}  // namespace

void GroupRanks::lay_buckets(gsl::span<const std::int32_t> keys) {
  map_.range = kernels().range_of(keys.data(), keys.size());
  const auto lowest = static_cast<std::uint32_t>(map_.range.lowest);
  const std::uint32_t range = static_cast<std::uint32_t>(map_.range.highest) - lowest;
  map_.shift = 0;
  while ((range >> map_.shift) >= kStretches) ++map_.shift;
  stretches_.assign(kStretches, {0, 1});  // one for what the sample misses
  for (std::size_t i = 0; i < keys.size(); i += kSampled) {
    stretches_[(static_cast<std::uint32_t>(keys[i]) - lowest) >> map_.shift].buckets +=
        kBucketsPerSample;
  }
  std::uint32_t first = 0;
  for (Stretch& stretch : stretches_) {
    stretch.first = first;
    first += stretch.buckets;
  }
  // The product of what is left of a key and a stretch's buckets has to stay within a word.
  std::uint32_t fine = std::min(map_.shift, kFineBits);
  while (fine > 0 && (first >> (kWordBits - fine)) != 0) --fine;
  map_.coarse = map_.shift - fine;
  map_.stretches = stretches_.data();
  begins_.assign(first + 1, 0);
}

void GroupRanks::fill_buckets(gsl::span<const std::int32_t> keys) {
  const std::size_t size = keys.size();
  std::uint32_t* begins = begins_.data();
  const std::uint32_t* bucket_of = bucket_of_.data();
  for (std::size_t i = 0; i < size; ++i) ++begins[bucket_of[i]];
  std::uint32_t total = 0;
  std::uint32_t fullest = 0;
  for (std::uint32_t& begin : begins_) {
    fullest = std::max(fullest, begin);
    total += begin;
    begin = total;  // the end for now; filling backwards leaves the begin
  }
  sorted_.resize(size + kWindow);
  std::fill_n(sorted_.data() + size, kWindow, std::numeric_limits<std::int32_t>::max());
  std::int32_t* sorted = sorted_.data();
  for (std::size_t i = 0; i < size; ++i) sorted[--begins[bucket_of[i]]] = keys[i];
  any_full_ = fullest > kWindow;
}

void GroupRanks::build(gsl::span<const std::int32_t> keys) {
  lay_buckets(keys);
  bucket_of_.resize(keys.size());
  kernels().find_buckets(map_, keys.data(), keys.size(), bucket_of_.data());
  fill_buckets(keys);
  if (!any_full_) return;
  is_full_.assign(begins_.size(), 0);
  for (std::size_t bucket = 0; bucket + 1 < begins_.size(); ++bucket) {
    if (begins_[bucket + 1] - begins_[bucket] <= kWindow) continue;
    is_full_[bucket] = 1;
    std::sort(sorted_.begin() + begins_[bucket], sorted_.begin() + begins_[bucket + 1]);
  }
}

std::uint64_t GroupRanks::doubled_pairs(gsl::span<const std::int32_t> keys) {
  bucket_of_.resize(keys.size());
  kernels().find_buckets(map_, keys.data(), keys.size(), bucket_of_.data());
  const Buckets buckets{sorted_.data(), begins_.data()};
  std::uint64_t pairs =
      kernels().doubled_pairs(buckets, keys.data(), bucket_of_.data(), keys.size());
  if (!any_full_) return pairs;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (is_full_[bucket_of_[i]] == 0) continue;
    // The window has shown the first few; what is left of the bucket is searched.
    const auto begin = sorted_.begin() + begins_[bucket_of_[i]] + kWindow;
    const auto end = sorted_.begin() + begins_[bucket_of_[i] + 1];
    const auto range = std::equal_range(begin, end, keys[i]);
    pairs += static_cast<std::uint64_t>((range.first - begin) + (range.second - begin));
  }
  return pairs;
}

void GroupRanks::count(gsl::span<const std::int32_t> keys, std::uint32_t* below,
                       std::uint32_t* equal) {
  bucket_of_.resize(keys.size());
  kernels().find_buckets(map_, keys.data(), keys.size(), bucket_of_.data());
  kernels().count({sorted_.data(), begins_.data()}, keys.data(), bucket_of_.data(), keys.size(),
                  below, equal);
  if (!any_full_) return;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (is_full_[bucket_of_[i]] == 0) continue;
    const auto begin = sorted_.begin() + begins_[bucket_of_[i]] + kWindow;
    const auto end = sorted_.begin() + begins_[bucket_of_[i] + 1];
    const auto range = std::equal_range(begin, end, keys[i]);
    below[i] += static_cast<std::uint32_t>(range.first - begin);
    equal[i] += static_cast<std::uint32_t>(range.second - range.first);
  }
}

}  // namespace clvae::reduce
