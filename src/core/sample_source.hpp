#pragma once
/// \file
/// Samples that are not held in memory.

#include <cstddef>

#include <gsl/span>

#include "core/value_type.hpp"

namespace clvae {

/// Samples whose values are read when they are asked for. Used by one thread at a time.
class SampleSource {
 public:
  SampleSource() = default;
  virtual ~SampleSource() = default;
  SampleSource(const SampleSource&) = delete;
  SampleSource& operator=(const SampleSource&) = delete;

  virtual std::size_t size() const = 0;  ///< samples
  virtual std::size_t values_per_sample() const = 0;
  virtual ValueType type() const = 0;
  std::size_t bytes_per_sample() const { return values_per_sample() * size_of(type()); }

  /// Reads consecutive samples. \param destination [count * bytes_per_sample], aligned as the type
  /// \throws DataError where they can't be had, or not any more
  virtual void read(std::size_t first, std::size_t count,
                    gsl::span<std::byte> destination) const = 0;
};

/// Memory that is enough for samples to go through it on their way: a MiB of them, or one.
inline std::size_t samples_at_once(const SampleSource& source) {
  constexpr std::size_t kBytes = 1U << 20U;
  const std::size_t one = source.bytes_per_sample();
  return one < kBytes && one > 0 ? kBytes / one : 1;
}

}  // namespace clvae
