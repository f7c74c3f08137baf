#include "report/text.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

namespace clvae::report {

namespace {

constexpr const char* kEllipsis = "\u2026";
constexpr const char* kDash = "-";
constexpr const char* kNoCharacter = "\uFFFD";

/// One character of a UTF-8 text; `bytes` is 1 and `valid` false where there is none.
struct Character {
  std::uint32_t code = 0;
  std::size_t bytes = 1;
  bool valid = false;
};

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

Character character_at(const std::string& text, std::size_t begin) {
  const auto lead = static_cast<unsigned char>(text[begin]);
  if (lead < 0x80) return {lead, 1, true};
  const std::size_t bytes = lead >= 0xF0 ? 4 : (lead >= 0xE0 ? 3 : 2);
  if (lead < 0xC2 || lead > 0xF4 || begin + bytes > text.size()) return {};
  std::uint32_t code = lead & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if (!continues(text[begin + i])) return {};
    code = code << 6U | (static_cast<unsigned char>(text[begin + i]) & 0x3FU);
  }
  // Longer than needed, halves of UTF-16 pairs, beyond Unicode, and what XML has no place for.
  const bool overlong = (bytes == 3 && code < 0x800) || (bytes == 4 && code < 0x10000);
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (overlong || surrogate || code > 0x10FFFF || (code & 0xFFFEU) == 0xFFFE) return {};
  return {code, bytes, true};
}

bool is_control(std::uint32_t code) {
  const auto within = [code](std::uint32_t first, std::uint32_t last) {
    return code >= first && code <= last;
  };
  return code < 0x20 || within(0x7F, 0x9F) || within(0x200E, 0x200F) || within(0x2028, 0x202E) ||
         within(0x2066, 0x2069);
}

/// The first `count` characters of valid UTF-8.
std::string first_characters(const std::string& text, std::size_t count) {
  std::size_t end = 0;
  for (; end < text.size(); ++end) {
    if (continues(text[end])) continue;
    if (count == 0) break;
    --count;
  }
  return text.substr(0, end);
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::string word;
  for (const char byte : text + " ") {
    if (byte != ' ') {
      word += byte;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  return words;
}

}  // namespace

std::size_t characters_in(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char byte) { return !continues(byte); }));
}

std::string printable(const std::string& text) {
  std::string clean;
  for (std::size_t begin = 0; begin < text.size();) {
    const Character character = character_at(text, begin);
    if (!character.valid) {
      clean += kNoCharacter;
    } else if (is_control(character.code)) {
      clean += ' ';
    } else {
      clean.append(text, begin, character.bytes);
    }
    begin += character.bytes;
  }
  return clean;
}

std::string shortened(const std::string& text, std::size_t limit) {
  std::string clean = printable(text);
  if (characters_in(clean) <= limit) return clean;
  return first_characters(clean, limit - 1) + kEllipsis;
}

std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines(1);
  for (std::string word : words_of(printable(text))) {
    const std::size_t taken = characters_in(lines.back());
    if (taken > 0 && taken + 1 + characters_in(word) <= width) {
      lines.back() += ' ' + word;
      continue;
    }
    if (taken > 0) lines.emplace_back();
    while (characters_in(word) > width) {
      lines.back() = first_characters(word, width);
      word.erase(0, lines.back().size());
      lines.emplace_back();
    }
    lines.back() = word;
  }
  return lines;
}

std::string outliers_in_words(const std::vector<std::string>& names, bool is_against_set,
                              std::size_t limit) {
  if (!is_against_set || names.empty()) return outliers_in_words(names, limit);
  return "against " + shortened(names.front(), limit);
}

std::string outliers_in_words(const std::vector<std::string>& names, std::size_t limit) {
  if (names.empty()) return "no outlier class";
  std::string list = shortened(names.front(), limit);
  std::size_t shown = 1;
  while (shown < names.size()) {
    const std::string next = printable(names[shown]);
    if (characters_in(list) + 2 + characters_in(next) > limit) break;
    list += ", " + next;
    ++shown;
  }
  if (shown < names.size()) list += fmt::format(" and {} more", names.size() - shown);
  return fmt::format("outlier class{} {}", names.size() > 1 ? "es" : "", list);
}

std::string grouped(std::size_t count) {
  std::string digits = fmt::format("{}", count);
  for (std::size_t end = digits.size(); end > 3; end -= 3) digits.insert(end - 3, ",");
  return digits;
}

std::string percent(double share) { return fmt::format("{:.6g} %", 100 * share); }

std::string four_digits(double number) {
  return std::isfinite(number) ? fmt::format("{:.4f}", number) : kDash;
}

std::string bracketed(double lower, double upper) {
  if (!std::isfinite(lower) || !std::isfinite(upper)) return kDash;
  return fmt::format("[{:.4f}, {:.4f}]", lower, upper);
}

std::set<std::size_t> round_sizes(std::size_t largest) {
  std::set<std::size_t> sizes;
  for (std::size_t decade = 1; decade <= largest; decade *= 10) {
    for (const std::size_t digit : {std::size_t{1}, std::size_t{2}, std::size_t{5}}) {
      if (digit * decade <= largest) sizes.insert(digit * decade);
    }
  }
  return sizes;
}

const reduce::CurvePoint* row_of(const Curve& curve, std::size_t size) {
  if (curve.is_deterministic && !curve.rows.empty()) return &curve.rows.back();
  const auto row =
      std::find_if(curve.rows.begin(), curve.rows.end(),
                   [size](const reduce::CurvePoint& other) { return other.size == size; });
  return row == curve.rows.end() ? nullptr : &*row;
}

bool has_curve_interval(const reduce::CurvePoint& row) {
  return std::isfinite(row.curve.lower) && std::isfinite(row.curve.upper);
}

bool has_curve_interval(const Curve& curve) {
  return std::any_of(curve.rows.begin(), curve.rows.end(),
                     [](const reduce::CurvePoint& row) { return has_curve_interval(row); });
}

bool has_total_interval(const Curve& curve) {
  return std::any_of(curve.rows.begin(), curve.rows.end(), [](const reduce::CurvePoint& row) {
    return std::isfinite(row.total.lower) && std::isfinite(row.total.upper);
  });
}

}  // namespace clvae::report
