#pragma once
/// \file
/// Words that tables and figures share, made safe to print.

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "report/report.hpp"

namespace clvae::report {

/// The text as one line of valid UTF-8: what is no character becomes U+FFFD; control characters,
/// line breaks and marks that turn the direction of writing become spaces.
std::string printable(const std::string& text);

/// How many characters valid UTF-8 has.
std::size_t characters_in(const std::string& text);

/// The printable text, cut to `limit` characters, the last of which is then "…".
std::string shortened(const std::string& text, std::size_t limit);

/// The printable text in lines of at most `width` characters, broken at spaces; a longer word is
/// broken where it must be. At least one line.
std::vector<std::string> wrapped(const std::string& text, std::size_t width);

/// "outlier class 0", "outlier classes cat, dog", "outlier classes cat, dog and 5 more": as many
/// names as go into about `limit` characters.
std::string outliers_in_words(const std::vector<std::string>& names, std::size_t limit);
/// The same, or "against fashion" where the outliers are a set from elsewhere.
std::string outliers_in_words(const std::vector<std::string>& names, bool is_against_set,
                              std::size_t limit);

/// "6903".."6,903": digits in groups of three.
std::string grouped(std::size_t count);

/// "95 %".
std::string percent(double share);

/// "0.83125".."0.8313"; a dash where it isn't known.
std::string four_digits(double number);

/// "[0.8000, 0.9000]"; a dash where it isn't known.
std::string bracketed(double lower, double upper);

/// 1, 2, 5, 10, 20, 50, ... up to `largest`.
std::set<std::size_t> round_sizes(std::size_t largest);

/// The row of one size, or none; a deterministic curve's only row stands for all sizes.
const reduce::CurvePoint* row_of(const Curve& curve, std::size_t size);

/// Whether the row, or any row of the curve, has a curve interval, or a total interval.
bool has_curve_interval(const reduce::CurvePoint& row);
bool has_curve_interval(const Curve& curve);
bool has_total_interval(const Curve& curve);

}  // namespace clvae::report
