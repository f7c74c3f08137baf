#pragma once
/// \file
/// Floating-point numbers that stand for whole ones.

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>

namespace clvae {

/// The digits of a number that is whole, and as small as every whole number still has its own;
/// nothing for any other.
inline std::optional<std::string> whole_number_in(double value) {
  constexpr double kMost = 9007199254740992.0;  // 2^53
  if (!(std::abs(value) <= kMost) || value != std::floor(value)) return std::nullopt;
  return std::to_string(static_cast<std::int64_t>(value));
}

}  // namespace clvae
