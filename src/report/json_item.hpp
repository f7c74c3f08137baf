#pragma once
/// \file
/// Values of a JSON file that know their place in it, so that a refusal can name it.

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

namespace clvae::report {

// The mean of many AUCs of exactly 1 may come out a few roundings above it.
constexpr double kRounding = 1e-9;

/// A value of the file together with its place in it. All accessors throw DataError for a value of
/// another type or out of range.
class JsonItem {
 public:
  using Json = nlohmann::ordered_json;

  /// \pre value and file outlive the item and all that come from it
  JsonItem(const Json& value, const std::string& file, std::string place)
      : value_(&value), file_(&file), place_(std::move(place)) {}

  [[noreturn]] void refuse(const std::string& found, const std::string& expected) const;

  /// An object with exactly these keys.
  void check_keys(std::initializer_list<const char*> keys) const;

  JsonItem at(const char* key) const;
  std::vector<JsonItem> elements() const;

  std::string text() const;
  bool truth() const;
  std::size_t count() const;
  std::optional<std::size_t> optional_count() const;  ///< none for null

  double auc() const;                  ///< in [0, 1]
  double confidence() const;           ///< in (0, 1)
  double optional_auc() const;         ///< in [0, 1], or NaN for null
  double optional_difference() const;  ///< in [-1, 1], or NaN for null

 private:
  double number_within(double lowest, double highest) const;
  std::string as_text() const;

  const Json* value_;
  const std::string* file_;
  std::string place_;
};

/// What is in a file. \param expected for an error \throws DataError where it is no JSON
JsonItem::Json json_in(const std::string& path, const std::string& expected);

}  // namespace clvae::report
