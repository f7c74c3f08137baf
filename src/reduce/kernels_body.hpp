#pragma once
/// \file
/// What all builds of the kernels are made of; each includes it with CLVAE_BUILD, its namespace.
///
/// Nothing of the standard library that has code may be used here: the linker keeps one copy of it
/// for the whole program, and might keep the one for a processor that this one is not.

#include <cstring>
#include <limits>

#include "kernels.hpp"

namespace clvae::reduce::CLVAE_BUILD {

namespace {

// Vectors as GCC and Clang know them: arithmetic works lane by lane, on any processor.
using Floats = float __attribute__((vector_size(kLanes * sizeof(float))));
using Ints = std::int32_t __attribute__((vector_size(kLanes * sizeof(std::int32_t))));
using Window = std::int32_t __attribute__((vector_size(kWindow * sizeof(std::int32_t))));

constexpr std::int32_t kMantissaBits = 23;
constexpr std::int32_t kMantissaMask = (1 << kMantissaBits) - 1;
constexpr std::int32_t kBias = 127;
constexpr std::int32_t kBitsOfOne = kBias << kMantissaBits;
constexpr float kInfinity = std::numeric_limits<float>::infinity();

#define CLVAE_INLINE __attribute__((always_inline)) inline

template <class Vector, class Value>
CLVAE_INLINE void load(Vector& vector, const Value* values) {
  std::memcpy(&vector, values, sizeof vector);
}

template <class Vector, class Value>
CLVAE_INLINE void store(const Vector& vector, Value* values) {
  std::memcpy(values, &vector, sizeof vector);
}

/// 2^power for power <= 0; what single precision has no normal number for is 0.
CLVAE_INLINE void power_of_two(const Ints& power, Floats& result) {
  const Ints biased = power + kBias;
  const Ints bits = (biased > 0 ? biased : Ints{}) << kMantissaBits;
  std::memcpy(&result, &bits, sizeof result);
}

/// log(value * 2^exponent) to within 2^-23 (Cephes' logf: the polynomial of a mantissa around 1).
CLVAE_INLINE void logarithm(const Floats& value, const Ints& exponent, Floats& result) {
  constexpr float kRootOfTwo = 1.41421356F;
  constexpr float kLogOfTwoHigh = 0.693359375F;
  constexpr float kLogOfTwoLow = -2.12194440e-4F;
  constexpr float kPolynomial[] = {7.0376836292e-2F,  -1.1514610310e-1F, 1.1676998740e-1F,
                                   -1.2420140846e-1F, 1.4249322787e-1F,  -1.6668057665e-1F,
                                   2.0000714765e-1F,  -2.4999993993e-1F, 3.3333331174e-1F};
  Ints bits;
  std::memcpy(&bits, &value, sizeof bits);
  const Ints mantissa_bits = (bits & kMantissaMask) | kBitsOfOne;
  Floats mantissa;
  std::memcpy(&mantissa, &mantissa_bits, sizeof mantissa);
  const Ints above = mantissa > kRootOfTwo;  // -1 where it is
  mantissa = above ? 0.5F * mantissa : mantissa;
  const Ints whole = exponent + (bits >> kMantissaBits) - kBias - above;
  const Floats power = __builtin_convertvector(whole, Floats);
  const Floats x = mantissa - 1.0F;
  const Floats square = x * x;
  Floats sum = kPolynomial[0] + Floats{};
  for (std::size_t i = 1; i < sizeof kPolynomial / sizeof *kPolynomial; ++i) {
    sum = sum * x + kPolynomial[i];
  }
  result = x + (sum * x * square + power * kLogOfTwoLow - 0.5F * square) + power * kLogOfTwoHigh;
}

/// What grows with value * 2^exponent and can be had at once: the power of two, and in between the
/// mantissa, a straight line where the logarithm is curved.
CLVAE_INLINE void broken_logarithm(const Floats& value, const Ints& exponent, Floats& result) {
  Ints bits;
  std::memcpy(&bits, &value, sizeof bits);
  const Ints mantissa_bits = (bits & kMantissaMask) | kBitsOfOne;
  Floats mantissa;
  std::memcpy(&mantissa, &mantissa_bits, sizeof mantissa);
  const Ints whole = exponent + (bits >> kMantissaBits);
  result = __builtin_convertvector(whole, Floats) + (mantissa - static_cast<float>(kBias + 1));
}

/// \param known 0: as many columns as `columns`
template <std::size_t known, bool for_ranks>
CLVAE_INLINE void walk_exponentials_of(const TileWalk& tile) {
  const TileWalk walk = tile;  // the compiler can't know that results don't overwrite it
  const std::size_t columns = known == 0 ? walk.columns : known;
  Floats in_registers[known == 0 ? 1 : known] = {};
  Floats* merged = known == 0 ? static_cast<Floats*>(walk.merged) : in_registers;
  for (std::size_t i = 0; i < columns; ++i) merged[i] = Floats{};
  Ints exponent = kNoExponent + Ints{};
  for (std::size_t k = 0; k < walk.members; ++k) {
    const std::size_t member = walk.order[k];
    const float* values = walk.values + member * columns * kLanes;
    Ints joining;
    load(joining, walk.exponents + member * kLanes);
    const Ints larger = exponent > joining ? exponent : joining;
    Floats keep;
    Floats take;
    power_of_two(exponent - larger, keep);
    power_of_two(joining - larger, take);
    exponent = larger;
    Floats best{};
    for (std::size_t i = 0; i < columns; ++i) {
      Floats value;
      load(value, values + i * kLanes);
      merged[i] = merged[i] * keep + value * take;
      best = best > merged[i] ? best : merged[i];
    }
    Floats confidence;
    if (for_ranks) {
      broken_logarithm(best, exponent, confidence);
    } else {
      logarithm(best, exponent, confidence);
      confidence -= walk.log_sizes[k];
    }
    const Floats anomaly = -confidence;
    store(anomaly, walk.anomalies + k * walk.stride);
  }
}

template <bool for_ranks>
CLVAE_INLINE void walk_exponentials_with(const TileWalk& tile) {
  // Usual numbers of classes get a loop of their own, which keeps all columns in registers.
  switch (tile.columns) {
    case 1:
      return walk_exponentials_of<1, for_ranks>(tile);
    case 5:
      return walk_exponentials_of<5, for_ranks>(tile);
    case 6:
      return walk_exponentials_of<6, for_ranks>(tile);
    case 7:
      return walk_exponentials_of<7, for_ranks>(tile);
    case 8:
      return walk_exponentials_of<8, for_ranks>(tile);
    case 9:
      return walk_exponentials_of<9, for_ranks>(tile);
    case 10:
      return walk_exponentials_of<10, for_ranks>(tile);
    default:
      return walk_exponentials_of<0, for_ranks>(tile);
  }
}

void walk_exponentials(const TileWalk& tile) { walk_exponentials_with<false>(tile); }

void rank_exponentials(const TileWalk& tile) { walk_exponentials_with<true>(tile); }

/// \param combine makes one merged value of it and a member's  \param start before any member
/// \param factor of the best column, for a size
template <class Combine, class Factor>
CLVAE_INLINE void walk_plainly(const TileWalk& tile, float start, Combine combine, Factor factor) {
  const TileWalk walk = tile;
  Floats* merged = static_cast<Floats*>(walk.merged);
  for (std::size_t i = 0; i < walk.columns; ++i) merged[i] = start + Floats{};
  for (std::size_t k = 0; k < walk.members; ++k) {
    const float* values = walk.values + walk.order[k] * walk.columns * kLanes;
    Floats best = -kInfinity + Floats{};
    for (std::size_t i = 0; i < walk.columns; ++i) {
      Floats value;
      load(value, values + i * kLanes);
      combine(merged[i], value);
      best = best > merged[i] ? best : merged[i];
    }
    const Floats anomaly = factor(k + 1) * best;
    store(anomaly, walk.anomalies + k * walk.stride);
  }
}

void walk_means(const TileWalk& tile, float sign) {
  walk_plainly(
      tile, 0.0F, [](Floats& sum, const Floats& value) { sum += value; },
      [sign](std::size_t size) { return sign / static_cast<float>(size); });
}

void walk_maxima(const TileWalk& tile) {
  walk_plainly(
      tile, -kInfinity,
      [](Floats& largest, const Floats& value) { largest = largest > value ? largest : value; },
      [](std::size_t) { return -1.0F; });
}

void walk_minima(const TileWalk& tile) {
  walk_plainly(
      tile, kInfinity,
      [](Floats& smallest, const Floats& value) { smallest = smallest < value ? smallest : value; },
      [](std::size_t) { return -1.0F; });
}

void order_keys(const float* scores, std::size_t count, std::int32_t* keys) {
  for (std::size_t i = 0; i < count; ++i) {
    // Adding 0 makes -0 a 0; turning the lower bits of negative numbers makes their order that of
    // whole numbers.
    const float score = scores[i] + 0.0F;
    std::int32_t bits = 0;
    std::memcpy(&bits, &score, sizeof bits);
    keys[i] = bits ^ ((bits >> 31) & std::numeric_limits<std::int32_t>::max());
  }
}

KeyRange range_of(const std::int32_t* keys, std::size_t count) {
  KeyRange range{keys[0], keys[0]};
  for (std::size_t i = 0; i < count; ++i) {
    range.lowest = keys[i] < range.lowest ? keys[i] : range.lowest;
    range.highest = keys[i] > range.highest ? keys[i] : range.highest;
  }
  return range;
}

void find_buckets(const BucketMap& map, const std::int32_t* keys, std::size_t count,
                  std::uint32_t* __restrict buckets) {
  const auto [lowest, highest] = map.range;
  const std::uint32_t mask = (std::uint32_t{1} << map.shift) - 1;
  const std::uint32_t coarse = map.coarse;
  const std::uint32_t fine = map.shift - coarse;
  const std::uint32_t shift = map.shift;
  const std::uint32_t* __restrict first = map.first;
  const std::uint32_t* __restrict share = map.buckets;
  for (std::size_t i = 0; i < count; ++i) {
    const std::int32_t high = keys[i] < highest ? keys[i] : highest;
    const std::int32_t key = high > lowest ? high : lowest;
    const std::uint32_t offset =
        static_cast<std::uint32_t>(key) - static_cast<std::uint32_t>(lowest);
    const std::uint32_t stretch = offset >> shift;
    buckets[i] = first[stretch] + ((((offset & mask) >> coarse) * share[stretch]) >> fine);
  }
}

std::uint64_t doubled_pairs(const Buckets& others, const std::int32_t* keys,
                            const std::uint32_t* buckets, std::size_t count) {
  std::uint64_t before = 0;
  Window within{};
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t begin = others.begins[buckets[i]];
    Window window;
    load(window, others.keys + begin);
    before += begin;
    within -= (window < keys[i]) + (window <= keys[i]);
  }
  std::uint64_t pairs = 2 * before;
  for (std::size_t i = 0; i < kWindow; ++i) pairs += static_cast<std::uint64_t>(within[i]);
  return pairs;
}

/// How many lanes of a comparison hold.
CLVAE_INLINE std::uint32_t lanes_in(const Window& comparison) {
  using Bytes = std::int8_t __attribute__((vector_size(kWindow)));
  const Bytes bytes = __builtin_convertvector(comparison, Bytes);
  std::uint64_t bits[2] = {};
  static_assert(sizeof bits == sizeof bytes, "a byte a lane");
  std::memcpy(bits, &bytes, sizeof bits);
  return static_cast<std::uint32_t>(__builtin_popcountll(bits[0]) + __builtin_popcountll(bits[1])) /
         8;
}

void count_each(const Buckets& others, const std::int32_t* keys, const std::uint32_t* buckets,
                std::size_t count, std::uint32_t* below, std::uint32_t* equal) {
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t begin = others.begins[buckets[i]];
    Window window;
    load(window, others.keys + begin);
    below[i] = begin + lanes_in(window < keys[i]);
    equal[i] = lanes_in(window == keys[i]);
  }
}

}  // namespace

Kernels build() {
  return {walk_exponentials, rank_exponentials, walk_means,   walk_maxima,   walk_minima,
          order_keys,        range_of,          find_buckets, doubled_pairs, count_each};
}

}  // namespace clvae::reduce::CLVAE_BUILD
