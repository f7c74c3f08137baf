#pragma once
/// \file
/// What one value of a sample is.

#include <cstddef>
#include <cstdint>

namespace clvae {

/// What a value is: a byte, which stands for an intensity in 0..1, or a number as it is.
enum class ValueType { byte, number };

/// Bytes that one value takes.
constexpr std::size_t size_of(ValueType type) {
  return type == ValueType::byte ? sizeof(std::uint8_t) : sizeof(float);
}

}  // namespace clvae
