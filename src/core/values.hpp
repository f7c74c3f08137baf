#pragma once
/// \file
/// The values of samples, whatever their type and whoever keeps them.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include <gsl/assert>
#include <gsl/span>

#include "core/sample_source.hpp"
#include "core/value_type.hpp"

namespace clvae {

/// Values of samples in a row: in memory, or to be read from a source. They are kept by an owner
/// that lives as long as any copy of this, or by the caller, who then has to outlive all copies.
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
  Values(std::shared_ptr<const SampleSource> source)  // NOLINT
      : source_(std::move(source)), type_(source_->type()) {}
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
  std::size_t size() const {
    if (source_) return source_->size() * source_->values_per_sample();
    return are_bytes() ? bytes_.size() : numbers_.size();
  }
  /// Where they are to be read from; nullptr if they are in memory.
  const SampleSource* source() const { return source_.get(); }
  /// Empty unless they are bytes in memory.
  gsl::span<const std::uint8_t> bytes() const { return bytes_; }
  /// Empty unless they are numbers in memory.
  gsl::span<const float> numbers() const { return numbers_; }

  /// \pre they are in memory
  Values subspan(std::size_t begin, std::size_t count) const {
    Expects(!source_);
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
  std::shared_ptr<const SampleSource> source_;
  ValueType type_ = ValueType::byte;
};

/// Values of some samples, copied one behind the other.
class CopiedValues {
 public:
  /// \param first of the samples of `values` that are copied  \param size values of a sample
  /// \throws DataError where they can't be read
  void append(const Values& values, std::size_t first, std::size_t count, std::size_t size) {
    type_ = values.type();
    if (type_ == ValueType::byte) {
      append_to(bytes_, values.bytes(), values.source(), first, count, size);
    } else {
      append_to(numbers_, values.numbers(), values.source(), first, count, size);
    }
  }
  Values view() const { return type_ == ValueType::byte ? Values(bytes_) : Values(numbers_); }

 private:
  template <class Value>
  static void append_to(std::vector<Value>& copies, gsl::span<const Value> held,
                        const SampleSource* source, std::size_t first, std::size_t count,
                        std::size_t size) {
    const std::size_t before = copies.size();
    if (source == nullptr) {
      const auto wanted = held.subspan(first * size, count * size);
      copies.insert(copies.end(), wanted.begin(), wanted.end());
      return;
    }
    copies.resize(before + count * size);
    source->read(first, count, gsl::as_writable_bytes(gsl::make_span(copies).subspan(before)));
  }

  std::vector<std::uint8_t> bytes_;
  std::vector<float> numbers_;
  ValueType type_ = ValueType::byte;
};

}  // namespace clvae
