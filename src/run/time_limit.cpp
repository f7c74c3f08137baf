#include "run/time_limit.hpp"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/console.hpp"
#include "core/duration.hpp"

namespace clvae::run {

namespace {

/// What stopping takes at most: the batches under way, checkpoints, the end of the ranks.
constexpr double kMostSecondsToStop = 30;
/// The same as a share of a short limit.
constexpr double kShareToStop = 0.1;

double seconds_since_1970() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::duration<double>(since).count();
}

}  // namespace

TimeLimit::TimeLimit(double end) {
  const double length = std::max(0.0, end - seconds_since_1970());
  stop_at_ = end - std::min(kMostSecondsToStop, kShareToStop * length);
}

TimeLimit TimeLimit::from(const std::string& given) {
  if (!given.empty()) {
    const auto seconds = parse_duration(given);
    if (!seconds) {
      throw UsageError(
          fmt::format("--time-limit: found \"{}\"; allowed: {}", given, duration_words()));
    }
    return TimeLimit(seconds_since_1970() + *seconds);
  }
  const char* end = std::getenv("SLURM_JOB_END_TIME");
  const double seconds = end == nullptr ? 0 : std::strtod(end, nullptr);
  return seconds > 0 ? TimeLimit(seconds) : TimeLimit();
}

double TimeLimit::seconds_left() const {
  return stop_at_ ? *stop_at_ - seconds_since_1970() : std::numeric_limits<double>::infinity();
}

std::optional<std::string> TimeLimit::reason_to_stop() const {
  if (seconds_left() > 0) return std::nullopt;
  return "the time limit is near";
}

}  // namespace clvae::run
