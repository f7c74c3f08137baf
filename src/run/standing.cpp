#include "run/standing.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <filesystem>
#include <map>
#include <tuple>

#include <fmt/format.h>

#include "config/config.hpp"
#include "core/console.hpp"
#include "store/reader.hpp"

namespace clvae::run {

namespace {

/// Whether a job holds the run: it touches the lock every other second.
bool is_fresh(const std::string& lock) {
  constexpr std::chrono::seconds kStale{20};  // on a machine that is busy, or over a network
  std::error_code failure;
  const auto touched = std::filesystem::last_write_time(lock, failure);
  return !failure && std::filesystem::file_time_type::clock::now() - touched < kStale;
}

std::string loss_text(const char* name, float loss) {
  return std::isfinite(loss) ? fmt::format(", {} loss {:.4g}", name, loss) : std::string();
}

std::string epoch_line(const EpochRow& row, int epochs) {
  std::string line = fmt::format("{} member {}", name_of(row.kind), row.member.value());
  if (row.attempt != Attempt{0}) line += fmt::format(" (attempt {})", row.attempt.value() + 1);
  line += fmt::format(": epoch {} of {}", row.epoch, epochs) +
          loss_text("training", row.training_loss) + loss_text("validation", row.validation_loss);
  if (std::isfinite(row.seconds)) line += ", " + format_duration(row.seconds);
  return line;
}

std::string counts_line(const RunStanding& standing) {
  std::string line = fmt::format("{}: {} of {} members are done", standing.path, standing.done(),
                                 standing.members());
  std::size_t failed = 0;
  for (const KindStanding& kind : standing.kinds) failed += kind.failed;
  if (failed > 0) line += fmt::format(", {} failed", failed);
  if (standing.is_complete()) return line;
  return line + (standing.is_at_work ? "; a job is at work" : "; no job is at work on it");
}

bool is_same_epoch(const EpochRow& a, const EpochRow& b) {
  return a.kind == b.kind && a.member == b.member && a.attempt == b.attempt && a.epoch == b.epoch;
}

}  // namespace

bool RunStanding::is_complete() const {
  return std::all_of(kinds.begin(), kinds.end(),
                     [](const KindStanding& kind) { return kind.pending() == 0; });
}

std::size_t RunStanding::done() const {
  std::size_t count = 0;
  for (const KindStanding& kind : kinds) count += kind.done;
  return count;
}

std::size_t RunStanding::members() const {
  std::size_t count = 0;
  for (const KindStanding& kind : kinds) count += kind.members;
  return count;
}

RunStanding standing_of(const RunFolder& folder) {
  // Opened anew each time: a job that makes a run larger puts another file in its place.
  const store::Reader reader(folder.run_file());
  RunStanding standing;
  standing.path = folder.path();
  standing.is_at_work = is_fresh(folder.lock());
  standing.epochs =
      config::parse_stored(reader.config(), reader.path() + ":/config").training.epochs;
  // Before the members' states: one that is done in between is then no more in training.
  std::map<std::tuple<Kind, MemberIndex>, EpochRow> latest;
  for (const EpochRow& row : read_epochs(folder.epochs_csv())) {
    EpochRow& known = latest[{row.kind, row.member}];
    if (std::tuple(known.attempt, known.epoch) < std::tuple(row.attempt, row.epoch)) known = row;
  }
  for (const Kind kind : reader.kinds()) {
    const store::KindSummary summary = reader.summary(kind);
    KindStanding counts;
    counts.kind = kind;
    counts.members = summary.members;
    for (std::uint32_t i = 0; i < summary.members; ++i) {
      const store::MemberState state = summary.commits[i].state;
      counts.done += state == store::MemberState::done ? 1U : 0U;
      counts.failed += state == store::MemberState::failed ? 1U : 0U;
      if (state != store::MemberState::pending) continue;
      const auto found = latest.find({kind, MemberIndex{i}});
      if (found != latest.end()) standing.in_training.push_back(found->second);
    }
    standing.kinds.push_back(counts);
  }
  return standing;
}

std::vector<std::string> describe(const RunStanding& standing, std::size_t most) {
  std::vector<std::string> lines{counts_line(standing)};
  const std::size_t shown = std::min(most, standing.in_training.size());
  for (std::size_t i = 0; i < shown; ++i) {
    lines.push_back(epoch_line(standing.in_training[i], standing.epochs));
  }
  if (shown < standing.in_training.size()) {
    lines.push_back(fmt::format("and {} more in training", standing.in_training.size() - shown));
  }
  return lines;
}

std::vector<std::string> news(const RunStanding& before, const RunStanding& now) {
  std::vector<std::string> lines;
  for (const EpochRow& row : now.in_training) {
    const bool is_known =
        std::any_of(before.in_training.begin(), before.in_training.end(),
                    [&](const EpochRow& known) { return is_same_epoch(known, row); });
    if (!is_known) lines.push_back(epoch_line(row, now.epochs));
  }
  const std::string counts = counts_line(now);
  if (counts != counts_line(before)) lines.push_back(counts);
  return lines;
}

}  // namespace clvae::run
