#pragma once
/// \file
/// The values of samples, whatever their type and whoever keeps them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <gsl/span>

namespace clvae {

/// What a value is: a byte, which stands for an intensity in 0..1, or a number as it is.
enum class ValueType { byte, number };

/// Bytes that one value takes.
constexpr std::size_t size_of(ValueType type) {
  return type == ValueType::byte ? sizeof(std::uint8_t) : sizeof(float);
}

/// Values of samples in a row. They are kept by an owner that lives as long as any copy of this, or
/// by the caller, who then has to outlive all copies.
class Values {
 public:
  Values() = default;
  // Implicit, so that a caller hands over what it has.
  Values(gsl::span<const std::uint8_t> bytes) : bytes_(bytes) {}     // NOLINT
  Values(const std::vector<std::uint8_t>& bytes) : bytes_(bytes) {}  // NOLINT
  Values(gsl::span<const float> numbers)                             // NOLINT
      : numbers_(numbers), type_(ValueType::number) {}
  Values(const std::vector<float>& numbers)  // NOLINT
      : numbers_(numbers), type_(ValueType::number) {}
  /// What lies in some memory. \pre numbers are aligned as such
  Values(ValueType type, gsl::span<const std::byte> memory, std::shared_ptr<const void> owner)
      : owner_(std::move(owner)), type_(type) {
    const std::size_t count = memory.size() / size_of(type);
    if (type == ValueType::byte) {
      bytes_ = {reinterpret_cast<const std::uint8_t*>(memory.data()), count};
    } else {
      numbers_ = {reinterpret_cast<const float*>(memory.data()), count};
    }
  }

  ValueType type() const { return type_; }
  bool are_bytes() const { return type_ == ValueType::byte; }
  std::size_t size() const { return are_bytes() ? bytes_.size() : numbers_.size(); }
  gsl::span<const std::uint8_t> bytes() const { return bytes_; }  ///< empty unless they are bytes
  gsl::span<const float> numbers() const { return numbers_; }     ///< empty if they are bytes

  Values subspan(std::size_t begin, std::size_t count) const {
    Values part = *this;
    if (are_bytes()) {
      part.bytes_ = bytes_.subspan(begin, count);
    } else {
      part.numbers_ = numbers_.subspan(begin, count);
    }
    return part;
  }

 private:
  gsl::span<const std::uint8_t> bytes_;
  gsl::span<const float> numbers_;
  std::shared_ptr<const void> owner_;
  ValueType type_ = ValueType::byte;
};

/// Values of some samples, copied one behind the other.
class CopiedValues {
 public:
  void append(const Values& values) {
    type_ = values.type();
    bytes_.insert(bytes_.end(), values.bytes().begin(), values.bytes().end());
    numbers_.insert(numbers_.end(), values.numbers().begin(), values.numbers().end());
  }
  Values view() const { return type_ == ValueType::byte ? Values(bytes_) : Values(numbers_); }

 private:
  std::vector<std::uint8_t> bytes_;
  std::vector<float> numbers_;
  ValueType type_ = ValueType::byte;
};

}  // namespace clvae
