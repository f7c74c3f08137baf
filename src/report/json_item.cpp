#include "report/json_item.hpp"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::report {

namespace {

std::string content_of(const std::string& path) {
  constexpr const char* kReadable = "a readable file";
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw DataError(path, "a directory", kReadable);
  errno = 0;
  std::ifstream stream(path, std::ios::binary);
  if (!stream) throw DataError(path, std::strerror(errno), kReadable);
  std::string content{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  if (stream.bad()) throw DataError(path, std::strerror(errno), kReadable);
  return content;
}

}  // namespace

JsonItem::Json json_in(const std::string& path, const std::string& expected) {
  try {
    return JsonItem::Json::parse(content_of(path));
  } catch (const JsonItem::Json::exception& problem) {
    throw DataError(path, fmt::format("no JSON ({})", problem.what()), expected);
  }
}

void JsonItem::refuse(const std::string& found, const std::string& expected) const {
  throw DataError(*file_, place_.empty() ? found : fmt::format("{} in {}", found, place_),
                  expected);
}

void JsonItem::check_keys(std::initializer_list<const char*> keys) const {
  if (!value_->is_object()) refuse(fmt::format("a JSON {}", value_->type_name()), "an object");
  for (const char* key : keys) {
    if (!value_->contains(key)) refuse(fmt::format("no \"{}\"", key), "that key");
  }
  for (const auto& entry : value_->items()) {
    bool known = false;
    for (const char* key : keys) known = known || entry.key() == key;
    if (!known) refuse(fmt::format("a key \"{}\"", entry.key()), "only keys of this format");
  }
}

JsonItem JsonItem::at(const char* key) const {
  return {value_->at(key), *file_, place_.empty() ? key : fmt::format("{}.{}", place_, key)};
}

std::vector<JsonItem> JsonItem::elements() const {
  if (!value_->is_array()) refuse(as_text(), "an array");
  std::vector<JsonItem> items;
  for (const Json& element : *value_) {
    items.emplace_back(element, *file_, fmt::format("{}[{}]", place_, items.size()));
  }
  return items;
}

std::string JsonItem::text() const {
  if (!value_->is_string()) refuse(as_text(), "a string");
  return value_->get<std::string>();
}

bool JsonItem::truth() const {
  if (!value_->is_boolean()) refuse(as_text(), "true or false");
  return value_->get<bool>();
}

std::size_t JsonItem::count() const {
  if (!value_->is_number_unsigned()) refuse(as_text(), "a count (0, 1, 2, ...)");
  return value_->get<std::size_t>();
}

std::optional<std::size_t> JsonItem::optional_count() const {
  if (value_->is_null()) return std::nullopt;
  return count();
}

double JsonItem::auc() const { return number_within(0, 1); }

double JsonItem::confidence() const {
  const double number = value_->is_number() ? value_->get<double>() : std::nan("");
  if (!(number > 0 && number < 1)) refuse(as_text(), "a number between 0 and 1");
  return number;
}

double JsonItem::optional_auc() const {
  if (value_->is_null()) return std::numeric_limits<double>::quiet_NaN();
  return auc();
}

double JsonItem::optional_difference() const {
  if (value_->is_null()) return std::numeric_limits<double>::quiet_NaN();
  return number_within(-1, 1);
}

double JsonItem::number_within(double lowest, double highest) const {
  const double number = value_->is_number() ? value_->get<double>() : std::nan("");
  if (!(number >= lowest - kRounding && number <= highest + kRounding)) {
    refuse(as_text(), fmt::format("a number from {} to {}", lowest, highest));
  }
  return number;
}

std::string JsonItem::as_text() const {
  constexpr std::size_t kShown = 40;
  const std::string text = value_->dump(-1, ' ', true, Json::error_handler_t::replace);
  return text.size() > kShown ? text.substr(0, kShown) + "..." : text;
}

}  // namespace clvae::report
