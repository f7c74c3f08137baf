#pragma once
/// \file
/// The values of samples, whatever their type.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gsl/span>

namespace clvae::train {

/// Values of samples in a row, kept by someone else: bytes, which stand for intensities in 0..1, or
/// numbers as they are.
class Values {
 public:
  Values() = default;
  // Implicit, so that a caller hands over what it has.
  Values(gsl::span<const std::uint8_t> bytes) : bytes_(bytes) {}     // NOLINT
  Values(const std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}  // NOLINT
  Values(gsl::span<const float> numbers)                             // NOLINT
      : numbers_(numbers), are_bytes_(false) {}
  Values(const std::vector<float>& numbers)  // NOLINT
      : numbers_(numbers), are_bytes_(false) {}

  bool are_bytes() const { return are_bytes_; }
  std::size_t size() const { return are_bytes_ ? bytes_.size() : numbers_.size(); }
  gsl::span<const std::uint8_t> bytes() const { return bytes_; }  ///< empty unless they are bytes
  gsl::span<const float> numbers() const { return numbers_; }     ///< empty if they are bytes

  Values subspan(std::size_t begin, std::size_t count) const {
    if (are_bytes_) return bytes_.subspan(begin, count);
    return numbers_.subspan(begin, count);
  }

 private:
  gsl::span<const std::uint8_t> bytes_;
  gsl::span<const float> numbers_;
  bool are_bytes_ = true;
};

/// Values of some samples, copied one behind the other.
class CopiedValues {
 public:
  void append(const Values& values) {
    are_bytes_ = values.are_bytes();
    bytes_.insert(bytes_.end(), values.bytes().begin(), values.bytes().end());
    numbers_.insert(numbers_.end(), values.numbers().begin(), values.numbers().end());
  }
  Values view() const { return are_bytes_ ? Values(bytes_) : Values(numbers_); }

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<float> numbers_;
  bool are_bytes_ = true;
};

}  // namespace clvae::train
