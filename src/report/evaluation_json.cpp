#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "report/evaluation.hpp"
#include "report/files.hpp"
#include "report/json_item.hpp"

namespace clvae::report {

namespace {

using Json = JsonItem::Json;

constexpr const char* kEvaluationFormat = "clvae evaluation";
constexpr std::size_t kEvaluationVersion = 2;

Json json_of_set(const EvaluatedSet& set) {
  return {{"name", set.name},
          {"group", set.group},
          {"path", set.path},
          {"samples", set.samples},
          {"brought_from", set.brought_from},
          {"fingerprint", set.fingerprint}};
}

EvaluatedSet read_evaluated_set(const JsonItem& item) {
  item.check_keys({"name", "group", "path", "samples", "brought_from", "fingerprint"});
  EvaluatedSet set;
  set.name = item.at("name").text();
  set.group = item.at("group").text();
  set.path = item.at("path").text();
  set.samples = item.at("samples").count();
  set.brought_from = item.at("brought_from").text();
  set.fingerprint = item.at("fingerprint").text();
  return set;
}

/// NaN is written as null, as JSON has none.
Json json_of_row(const EvaluationRow& row) {
  Json item = {{"set", row.set},
               {"group", row.group},
               {"method", row.method},
               {"score", row.score},
               {"merge", row.merge},
               {"title", row.title},
               {"primary", row.is_primary},
               {"members", row.members}};
  for (const auto& measure : kEvaluationMeasures) item[measure.name] = row.*measure.value;
  item["curve"] = {row.curve.lower, row.curve.upper};
  item["total"] = {row.total.lower, row.total.upper};
  return item;
}

reduce::Interval read_bounds(const JsonItem& item) {
  const std::vector<JsonItem> bounds = item.elements();
  if (bounds.size() != 2) item.refuse(fmt::format("{} bounds", bounds.size()), "2");
  return {bounds[0].optional_auc(), bounds[1].optional_auc()};
}

EvaluationRow read_evaluation_row(const JsonItem& item) {
  item.check_keys({"set", "group", "method", "score", "merge", "title", "primary", "members",
                   "FPR@95", "AUROC", "AUPR_IN", "AUPR_OUT", "ACC", "curve", "total"});
  EvaluationRow row;
  row.set = item.at("set").text();
  row.group = item.at("group").text();
  row.method = item.at("method").text();
  row.score = item.at("score").text();
  row.merge = item.at("merge").text();
  row.title = item.at("title").text();
  row.is_primary = item.at("primary").truth();
  row.members = item.at("members").count();
  for (const auto& measure : kEvaluationMeasures) {
    row.*measure.value = item.at(measure.name).optional_auc();
  }
  row.curve = read_bounds(item.at("curve"));
  row.total = read_bounds(item.at("total"));
  return row;
}

/// What identifies the file comes first: another version may differ in all else.
void check_evaluation_version(const JsonItem& root, const Json& value, const std::string& path) {
  const bool is_ours = value.is_object() && value.contains("version") && value.contains("format") &&
                       value["format"] == kEvaluationFormat;
  if (!is_ours) {
    throw DataError(path, "JSON that is no evaluation by clvae",
                    fmt::format("\"format\": \"{}\" and a version", kEvaluationFormat));
  }
  const std::size_t version = root.at("version").count();
  if (version == kEvaluationVersion) return;
  throw DataError(path, fmt::format("version {} of the evaluation format", version),
                  fmt::format("version {}: clvae evaluate writes it anew", kEvaluationVersion));
}

}  // namespace

void write_evaluation_json(const Evaluation& evaluation, const std::string& path) {
  Json sets = Json::array();
  for (const EvaluatedSet& set : evaluation.sets) sets.push_back(json_of_set(set));
  Json rows = Json::array();
  for (const EvaluationRow& row : with_means(evaluation)) rows.push_back(json_of_row(row));
  const Json all = {{"format", kEvaluationFormat},
                    {"version", kEvaluationVersion},
                    {"run", evaluation.run},
                    {"inliers", evaluation.inliers},
                    {"confidence", evaluation.confidence},
                    {"sets", std::move(sets)},
                    {"rows", std::move(rows)}};
  write_file(path, all.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
}

Evaluation read_evaluation_json(const std::string& path) {
  const Json value = json_in(path, "a table that clvae evaluate wrote");
  const JsonItem root(value, path, "");
  check_evaluation_version(root, value, path);
  root.check_keys({"format", "version", "run", "inliers", "confidence", "sets", "rows"});
  Evaluation evaluation;
  evaluation.run = root.at("run").text();
  evaluation.inliers = root.at("inliers").count();
  evaluation.confidence = root.at("confidence").confidence();
  for (const JsonItem& item : root.at("sets").elements()) {
    evaluation.sets.push_back(read_evaluated_set(item));
  }
  for (const JsonItem& item : root.at("rows").elements()) {
    EvaluationRow row = read_evaluation_row(item);
    const bool is_mean = !row.set.empty() && row.set.front() == '(';  // which no set is called
    if (!is_mean) evaluation.rows.push_back(std::move(row));
  }
  return evaluation;
}

}  // namespace clvae::report
