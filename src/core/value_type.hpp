#pragma once
/// \file
/// What one value of a sample is.

#include <cstddef>
#include <cstdint>

namespace clvae {

/// What a value is.
enum class ValueType {
  byte,    ///< stands for an intensity in 0..1
  number,  ///< in single precision, as members are trained on
  exact,   ///< a number in double precision: a feature before it is standardised
};

/// Bytes that one value takes.
constexpr std::size_t size_of(ValueType type) {
  switch (type) {
    case ValueType::byte:
      return sizeof(std::uint8_t);
    case ValueType::number:
      return sizeof(float);
    case ValueType::exact:
      return sizeof(double);
  }
  return 0;
}

/// In which precision features are standardised.
enum class FeaturePrecision {
  float32,  ///< rounded to single precision before: in runs of earlier versions
  float64,  ///< as they are stored
};

/// A feature as it is standardised.
inline double in_precision(double value, FeaturePrecision precision) {
  return precision == FeaturePrecision::float32 ? static_cast<double>(static_cast<float>(value))
                                                : value;
}

}  // namespace clvae
