#include "core/duration.hpp"

#include <charconv>
#include <cstdint>
#include <vector>

namespace clvae {

namespace {

constexpr double kMinute = 60;
constexpr double kHour = 60 * kMinute;
constexpr double kDay = 24 * kHour;

/// A decimal number of digits, with or without a fraction, and what follows it.
struct Number {
  double value = 0;
  std::string rest;
};

std::optional<Number> leading_number(const std::string& text) {
  if (text.empty() || text.front() < '0' || text.front() > '9') return std::nullopt;
  Number number;
  const char* const end = text.data() + text.size();
  const auto [rest, problem] =
      std::from_chars(text.data(), end, number.value, std::chars_format::fixed);
  if (problem != std::errc()) return std::nullopt;
  number.rest.assign(rest, end);
  return number;
}

std::optional<double> seconds_of_unit(std::string unit) {
  if (!unit.empty() && unit.front() == ' ') {
    unit.erase(0, 1);
    if (unit.empty()) return std::nullopt;
  }
  if (unit.empty() || unit == "s") return 1;
  if (unit == "min") return kMinute;
  if (unit == "h") return kHour;
  if (unit == "d") return kDay;
  return std::nullopt;
}

/// The whole numbers of a text like "1:30:00"; nothing where there is anything else in it.
std::optional<std::vector<double>> numbers_with_colons(const std::string& text) {
  std::vector<double> numbers;
  const char* next = text.data();
  const char* const end = next + text.size();
  while (true) {
    std::uint32_t number = 0;
    const auto [rest, problem] = std::from_chars(next, end, number);
    if (problem != std::errc()) return std::nullopt;
    numbers.push_back(number);
    if (rest == end) return numbers;
    if (*rest != ':') return std::nullopt;
    next = rest + 1;
  }
}

/// \param units of the numbers, in their order; there may be fewer numbers
double total(const std::vector<double>& numbers, const std::vector<double>& units) {
  double seconds = 0;
  for (std::size_t i = 0; i < numbers.size(); ++i) seconds += numbers[i] * units[i];
  return seconds;
}

}  // namespace

std::optional<double> parse_duration(const std::string& text) {
  const std::size_t dash = text.find('-');
  if (dash != std::string::npos) {
    const auto days = numbers_with_colons(text.substr(0, dash));
    const auto time = numbers_with_colons(text.substr(dash + 1));
    if (!days || days->size() != 1 || !time || time->size() > 3) return std::nullopt;
    return days->front() * kDay + total(*time, {kHour, kMinute, 1});
  }
  if (text.find(':') != std::string::npos) {
    const auto time = numbers_with_colons(text);
    if (!time || time->size() > 3) return std::nullopt;
    return time->size() == 3 ? total(*time, {kHour, kMinute, 1}) : total(*time, {kMinute, 1});
  }
  const auto number = leading_number(text);
  if (!number) return std::nullopt;
  const auto unit = seconds_of_unit(number->rest);
  if (!unit) return std::nullopt;
  return number->value * *unit;
}

const char* duration_words() { return "a time such as 90 s, 30 min, 12 h, 1:30:00 or 2-00:00:00"; }

}  // namespace clvae
