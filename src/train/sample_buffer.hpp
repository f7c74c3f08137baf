#pragma once
/// \file
/// The bounded memory through which samples go that are read from a source.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gsl/span>

#include "core/sample_source.hpp"

namespace clvae::train {

/// Samples that follow one another.
struct Stretch {
  std::int64_t first = 0;
  std::int64_t count = 0;
  friend bool operator==(const Stretch& a, const Stretch& b) {
    return a.first == b.first && a.count == b.count;
  }
};

/// Holds some samples of one source at a time.
class SampleBuffer {
 public:
  /// \param bytes at most  \param needed bytes of the largest source, beyond which none are taken
  SampleBuffer(std::size_t bytes, std::size_t needed) : capacity_(bytes), needed_(needed) {}

  /// Samples of the source that find room.
  std::int64_t room_for(const SampleSource& source) const {
    return static_cast<std::int64_t>(capacity_ / source.bytes_per_sample());
  }

  /// Reads these stretches, one behind the other, unless they are what is held.
  /// \pre there is room for them \throws DataError where the source does, and holds nothing then
  /// \return the samples' bytes, until the next call
  gsl::span<const std::byte> hold(const SampleSource& source, const std::vector<Stretch>& wanted);

  /// What is held of that source; empty where it is another's.
  std::vector<Stretch> held_of(const SampleSource& source) const {
    return source_ == &source ? held_ : std::vector<Stretch>();
  }

 private:
  std::size_t capacity_;
  std::size_t needed_;
  std::vector<std::byte> memory_;  ///< empty before the first reading
  std::size_t size_ = 0;
  const SampleSource* source_ = nullptr;  ///< nullptr: nothing is held
  std::vector<Stretch> held_;
};

}  // namespace clvae::train
