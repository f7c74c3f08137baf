#pragma once
/// \file
/// Fields of CSV files as RFC 4180 has them.

#include <string>

namespace clvae::report {

/// A text: quoted only where it must be, quotes doubled.
std::string csv_field(const std::string& text);

/// The shortest digits that read back as the same number; nothing for NaN.
std::string csv_field(double number);

}  // namespace clvae::report
