#include "report/column_width.hpp"

#include <array>
#include <charconv>
#include <string_view>

namespace clvae::report {

namespace {

constexpr double kPointsInAnInch = 72;

struct LengthUnit {
  std::string_view name;
  double points;
};
constexpr std::array<LengthUnit, 4> kLengthUnits{{{"in", kPointsInAnInch},
                                                  {"cm", kPointsInAnInch / 2.54},
                                                  {"mm", kPointsInAnInch / 25.4},
                                                  {"pt", kPointsInAnInch / 72.27}}};

}  // namespace

std::optional<double> parse_column_width(const std::string& text) {
  constexpr double kNarrowest = 2 * kPointsInAnInch;
  constexpr double kWidest = 20 * kPointsInAnInch;
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (problem != std::errc()) return std::nullopt;
  std::string_view unit(rest, static_cast<std::size_t>(end - rest));
  if (!unit.empty() && unit.front() == ' ') unit.remove_prefix(1);
  for (const LengthUnit& known : kLengthUnits) {
    const double points = number * known.points;
    if (unit == known.name && points >= kNarrowest && points <= kWidest) return points;
  }
  return std::nullopt;
}

const char* column_width_words() {
  return "a width from 2in to 20in, such as 3.3in, 84mm, 8.4cm or 238pt";
}

}  // namespace clvae::report
