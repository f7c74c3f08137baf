#include "config/checkpoint_interval.hpp"

#include <charconv>

#include "core/duration.hpp"

namespace clvae::config {

std::optional<CheckpointInterval> parse_checkpoint_interval(const std::string& text) {
  if (text == "never") return CheckpointInterval{};
  CheckpointInterval interval;
  const char* const end = text.data() + text.size();
  const auto [rest, problem] = std::from_chars(text.data(), end, interval.epochs);
  const std::string unit(rest, end);
  if (problem == std::errc() && interval.epochs > 0 && (unit == " epochs" || unit == " epoch")) {
    return interval;
  }
  // A bare number would not say of what.
  if (problem != std::errc() || unit.empty()) return std::nullopt;
  const auto seconds = parse_duration(text);
  if (!seconds || !(*seconds > 0)) return std::nullopt;
  return CheckpointInterval{0, *seconds};
}

}  // namespace clvae::config
