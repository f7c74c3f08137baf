#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "score/stream.hpp"

namespace clvae::score {

namespace {

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

/// The line's beginning: which item it is about.
std::string opened(const StreamItem& item) {
  std::string line = fmt::format("{{\"{}\": {}", item.is_line ? "line" : "index", item.number);
  if (!item.id.empty()) line += ", \"id\": " + item.id;
  return line;
}

}  // namespace

std::string answer_line(const StreamItem& item, const Answer& answer) {
  const std::string judged =
      answer.is_anomaly ? fmt::format(", \"is_anomaly\": {}", *answer.is_anomaly) : "";
  return opened(item) + fmt::format(
                            ", \"anomaly_score\": {}{}, \"nearest_class\": {}, \"confidence\": {}, "
                            "\"disagreement\": {}}}\n",
                            static_cast<double>(answer.anomaly), judged,
                            quoted(answer.nearest_class), answer.confidence, answer.disagreement);
}

std::string error_line(const StreamItem& item) {
  return opened(item) + fmt::format(", \"error\": {}}}\n", quoted(item.error));
}

}  // namespace clvae::score
