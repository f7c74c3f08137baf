#include "clvae/core/duration.hpp"

#include <regex>

namespace clvae {

namespace {

constexpr double kMinute = 60;
constexpr double kHour = 60 * kMinute;
constexpr double kDay = 24 * kHour;

double number_in(const std::ssub_match& digits) {
  return digits.matched ? std::stod(digits.str()) : 0;
}

double seconds_of_unit(const std::string& unit) {
  if (unit == "min") return kMinute;
  if (unit == "h") return kHour;
  if (unit == "d") return kDay;
  return 1;
}

}  // namespace

std::optional<double> parse_duration(const std::string& text) {
  constexpr std::size_t kLongest = 32;
  if (text.size() > kLongest) return std::nullopt;
  std::smatch found;
  static const std::regex with_unit(R"((\d+(?:\.\d+)?) ?(s|min|h|d)?)");
  if (std::regex_match(text, found, with_unit)) {
    return number_in(found[1]) * seconds_of_unit(found[2].str());
  }
  static const std::regex minutes_and_hours(R"((?:(\d+):)?(\d+):(\d\d))");
  if (std::regex_match(text, found, minutes_and_hours)) {
    return number_in(found[1]) * kHour + number_in(found[2]) * kMinute + number_in(found[3]);
  }
  static const std::regex with_days(R"((\d+)-(\d\d?)(?::(\d\d))?(?::(\d\d))?)");
  if (std::regex_match(text, found, with_days)) {
    return number_in(found[1]) * kDay + number_in(found[2]) * kHour +
           number_in(found[3]) * kMinute + number_in(found[4]);
  }
  return std::nullopt;
}

const char* duration_words() { return "a time such as 90 s, 30 min, 12 h, 1:30:00 or 2-00:00:00"; }

}  // namespace clvae
