#include "data/formats/csv/number.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <clocale>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <memory>
#include <optional>
#include <type_traits>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/utf8.hpp"

namespace clvae::data {

namespace {

constexpr const char* kFinite =
    "a finite number; a column of categories has to be in dataset.csv.categorical";

constexpr const char* kOneSign =
    "a finite number with no sign but one before its decimals, a point where commas separate fields";

struct FreeLocale {
  void operator()(locale_t locale) const { freelocale(locale); }
};

/// The number at the front as the locale C has it, whatever that of the process. \param end of it
double strtod_of(const char* text, char** end) {
  static const std::unique_ptr<std::remove_pointer_t<locale_t>, FreeLocale> locale(
      newlocale(LC_ALL_MASK, "C", nullptr));
  return strtod_l(text, end, locale.get());
}

/// The usual way to write a number, read fast; nothing for any other.
template <class Number>
std::optional<double> plain_number(std::string_view text) {
  Number number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, number);
  if (problem != std::errc() || rest != end || !std::isfinite(number)) return std::nullopt;
  return static_cast<double>(number);
}

/// Whether a comma in a number may part its thousands: "1,234", "12,345,678".
bool may_part_thousands(std::string_view text) {
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
  const std::size_t first = text.find(',');
  if (first == 0 || first > 3 || text.front() == '0') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_comma = i >= first && (i - first) % 4 == 0;
    if (is_comma ? text[i] != ',' : text[i] < '0' || text[i] > '9') return false;
  }
  return (text.size() - first) % 4 == 0;
}

}  // namespace

NumberReader::NumberReader(char separator, FeaturePrecision precision, std::string where)
    : separator_(separator), precision_(precision), where_(std::move(where)) {}

void NumberReader::refuse(const Field& field, const std::string& expected) const {
  const std::string found = field.text.empty() ? "nothing" : "\"" + escaped(field.text) + "\"";
  throw DataError(where_,
                  fmt::format("{} in column {} of record {}", found, field.column, field.record),
                  expected);
}

void NumberReader::look(const Field& field) {
  const std::size_t place = field.text.find_first_of(".,");
  if (place == std::string_view::npos || separator_ == ',') return;
  const char sign = field.text[place];
  if (sign == ',' && separator_ != ';' && may_part_thousands(field.text)) {
    refuse(field, "1.234 or 1234: a comma may stand before decimals or part thousands");
  }
  if (sign_ == '\0') {
    sign_ = sign;
    sign_record_ = field.record;
  }
  if (sign == sign_) return;
  refuse(field,
         fmt::format("a {} before decimals, as in record {}: the other sign may part thousands",
                     sign_ == ',' ? "comma" : "point", sign_record_));
}

double NumberReader::converted(const Field& field, std::string_view text) const {
  const std::string copy(text);
  char* end = nullptr;
  errno = 0;
  const double number = strtod_of(copy.c_str(), &end);
  const bool is_too_large = errno == ERANGE && std::abs(number) > 1;
  if (copy.empty() || end != copy.c_str() + copy.size()) {
    refuse(field, field.text.find(',') == std::string_view::npos ? kFinite : kOneSign);
  }
  if (is_too_large || (std::isfinite(number) && !std::isfinite(in_precision(number, precision_)))) {
    const double most = precision_ == FeaturePrecision::float32
                            ? static_cast<double>(std::numeric_limits<float>::max())
                            : std::numeric_limits<double>::max();
    refuse(field, fmt::format("a number of at most {:.4g}: larger ones overflow", most));
  }
  if (!std::isfinite(number)) refuse(field, kFinite);
  return in_precision(number, precision_);
}

double NumberReader::read(const Field& field) {
  std::string_view text = field.text;
  if (separator_ != ',') {
    look(field);
    if (sign_ == ',') {
      with_point_ = text;
      std::replace(with_point_.begin(), with_point_.end(), ',', '.');
      text = with_point_;
    }
  }
  const std::optional<double> plain = precision_ == FeaturePrecision::float32
                                          ? plain_number<float>(text)
                                          : plain_number<double>(text);
  return plain ? *plain : converted(field, text);
}

}  // namespace clvae::data
