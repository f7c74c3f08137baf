#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <iterator>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "clvae/report/report.hpp"
#include "files.hpp"

namespace clvae::report {

namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kFormat = "clvae auc";
constexpr std::size_t kVersion = 1;
constexpr const char* kInterval = "curve interval, for the mean AUC of `size` fresh members";
// The mean of many AUCs of exactly 1 may come out a few roundings above it.
constexpr double kRounding = 1e-9;

Json json_of(const CurveRow& row) {
  // NaN is written as null, as JSON has none.
  return {{"size", row.size},
          {"auc_mean", row.mean},
          {"curve_lower", row.lower},
          {"curve_upper", row.upper},
          {"draws", row.draws}};
}

Json json_of(const Curve& curve) {
  Json rows = Json::array();
  for (const CurveRow& row : curve.rows) rows.push_back(json_of(row));
  return {{"method", curve.method},
          {"score", curve.score},
          {"merge", curve.merge},
          {"title", curve.title},
          {"members_achieved", curve.achieved},
          {"members_requested", curve.requested},
          {"rows", rows}};
}

/// A value of the file together with its place in it, for messages.
class Item {
 public:
  Item(const Json& value, const std::string& file, std::string place)
      : value_(&value), file_(&file), place_(std::move(place)) {}

  [[noreturn]] void refuse(const std::string& found, const std::string& expected) const {
    throw DataError(*file_, place_.empty() ? found : fmt::format("{} in {}", found, place_),
                    expected);
  }

  /// An object with exactly these keys.
  void check_keys(std::initializer_list<const char*> keys) const {
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

  Item at(const char* key) const {
    return {value_->at(key), *file_, place_.empty() ? key : fmt::format("{}.{}", place_, key)};
  }

  std::vector<Item> elements() const {
    if (!value_->is_array()) refuse(as_text(), "an array");
    std::vector<Item> items;
    for (const Json& element : *value_) {
      items.emplace_back(element, *file_, fmt::format("{}[{}]", place_, items.size()));
    }
    return items;
  }

  std::string text() const {
    if (!value_->is_string()) refuse(as_text(), "a string");
    return value_->get<std::string>();
  }

  std::size_t count() const {
    if (!value_->is_number_unsigned()) refuse(as_text(), "a count (0, 1, 2, ...)");
    return value_->get<std::size_t>();
  }

  double auc() const {
    const double number = value_->is_number() ? value_->get<double>() : std::nan("");
    if (!(number >= -kRounding && number <= 1 + kRounding)) {
      refuse(as_text(), "a number from 0 to 1");
    }
    return number;
  }

  double confidence() const {
    const double number = value_->is_number() ? value_->get<double>() : std::nan("");
    if (!(number > 0 && number < 1)) refuse(as_text(), "a number between 0 and 1");
    return number;
  }

  /// NaN for null.
  double bound() const {
    if (value_->is_null()) return std::numeric_limits<double>::quiet_NaN();
    return auc();
  }

  std::string as_text() const {
    constexpr std::size_t kShown = 40;
    const std::string text = value_->dump(-1, ' ', true, Json::error_handler_t::replace);
    return text.size() > kShown ? text.substr(0, kShown) + "..." : text;
  }

 private:
  const Json* value_;
  const std::string* file_;
  std::string place_;
};

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

/// What identifies the file comes first: a newer version may differ in all else.
void check_version(const Item& root, const Json& value, const std::string& path) {
  const bool ours = value.is_object() && value.contains("format") && value["format"] == kFormat;
  if (!ours || !value.contains("version")) {
    throw DataError(path, "JSON that is no AUC table of clvae",
                    fmt::format("\"format\": \"{}\" and a version", kFormat));
  }
  const Item version = root.at("version");
  if (version.count() != kVersion) {
    throw DataError(path, fmt::format("version {} of the AUC format", version.count()),
                    fmt::format("version {}", kVersion));
  }
}

CurveRow read_row(const Item& item) {
  item.check_keys({"size", "auc_mean", "curve_lower", "curve_upper", "draws"});
  CurveRow row;
  row.size = item.at("size").count();
  row.mean = item.at("auc_mean").auc();
  row.lower = item.at("curve_lower").bound();
  row.upper = item.at("curve_upper").bound();
  row.draws = item.at("draws").count();
  if (std::isnan(row.lower) != std::isnan(row.upper)) {
    item.refuse("one bound of an interval", "both or none");
  }
  if (row.lower > row.mean + kRounding || row.upper < row.mean - kRounding) {
    item.refuse(fmt::format("a mean of {} outside its interval", row.mean),
                "lower <= mean <= upper");
  }
  return row;
}

Curve read_curve(const Item& item) {
  item.check_keys(
      {"method", "score", "merge", "title", "members_achieved", "members_requested", "rows"});
  Curve curve;
  curve.method = item.at("method").text();
  curve.score = item.at("score").text();
  curve.merge = item.at("merge").text();
  curve.title = item.at("title").text();
  curve.achieved = item.at("members_achieved").count();
  curve.requested = item.at("members_requested").count();
  if (curve.achieved > curve.requested) {
    item.at("members_achieved")
        .refuse(fmt::format("{}", curve.achieved),
                fmt::format("at most {}, as requested", curve.requested));
  }
  std::size_t before = 0;
  for (const Item& element : item.at("rows").elements()) {
    const CurveRow row = read_row(element);
    if (row.size <= before || row.size > curve.achieved) {
      element.at("size").refuse(
          fmt::format("{}", row.size),
          fmt::format("more than {} and at most {}, the members", before, curve.achieved));
    }
    before = row.size;
    curve.rows.push_back(row);
  }
  return curve;
}

}  // namespace

void write_json(const Reduction& reduction, const std::string& path) {
  Json curves = Json::array();
  for (const Curve& curve : reduction.curves) curves.push_back(json_of(curve));
  const Json root = {{"format", kFormat},
                     {"version", kVersion},
                     {"dataset", reduction.dataset},
                     {"outlier_classes", reduction.outlier_names},
                     {"test_inliers", reduction.test_inliers},
                     {"test_outliers", reduction.test_outliers},
                     {"confidence", reduction.confidence},
                     {"interval", kInterval},
                     {"curves", curves}};
  // Names come from the user's files; what is no UTF-8 in them must not cost the table.
  write_file(path, root.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
}

Reduction read_json(const std::string& path) {
  Json value;
  try {
    value = Json::parse(content_of(path));
  } catch (const Json::exception& problem) {
    throw DataError(path, fmt::format("no JSON ({})", problem.what()), "an intact auc.json");
  }
  const Item root(value, path, "");
  check_version(root, value, path);
  root.check_keys({"format", "version", "dataset", "outlier_classes", "test_inliers",
                   "test_outliers", "confidence", "interval", "curves"});
  Reduction reduction;
  reduction.dataset = root.at("dataset").text();
  for (const Item& name : root.at("outlier_classes").elements()) {
    reduction.outlier_names.push_back(name.text());
  }
  reduction.test_inliers = root.at("test_inliers").count();
  reduction.test_outliers = root.at("test_outliers").count();
  reduction.confidence = root.at("confidence").confidence();
  root.at("interval").text();
  for (const Item& curve : root.at("curves").elements()) {
    reduction.curves.push_back(read_curve(curve));
  }
  return reduction;
}

}  // namespace clvae::report
