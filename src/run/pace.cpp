#include "run/pace.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <utility>

#include "store/reader.hpp"

namespace clvae::run {

namespace {

/// One member's, on the average rank.
double mean_seconds(Kind kind, const std::vector<std::map<Kind, double>>& member_seconds) {
  double sum = 0;
  for (const auto& rank : member_seconds) sum += rank.at(kind);
  return sum / static_cast<double>(member_seconds.size());
}

}  // namespace

std::map<Kind, std::size_t> members_left(const methods::Plan& plan, const RunFolder& folder) {
  std::map<Kind, std::size_t> left;
  for (const auto& [kind, members] : plan) left[kind] = members.size();
  if (!folder.has_run_file()) return left;
  const store::Reader reader(folder.run_file());
  for (const Kind kind : reader.kinds()) {
    if (left.count(kind) == 0) continue;  // it is another experiment's
    const auto commits = reader.summary(kind).commits;
    left[kind] = static_cast<std::size_t>(
        std::count_if(commits.begin(), commits.end(), [](const store::CommitRecord& record) {
          return record.state == store::MemberState::pending;
        }));
  }
  return left;
}

double training_time(const std::map<Kind, std::size_t>& members,
                     const std::vector<std::map<Kind, double>>& member_seconds) {
  std::vector<Kind> kinds;
  for (const auto& [kind, count] : members) kinds.push_back(kind);
  std::sort(kinds.begin(), kinds.end(), [&](Kind a, Kind b) {
    return mean_seconds(a, member_seconds) > mean_seconds(b, member_seconds);
  });
  using FreeAt = std::pair<double, std::size_t>;  // seconds, rank
  std::priority_queue<FreeAt, std::vector<FreeAt>, std::greater<>> ranks;
  for (std::size_t rank = 0; rank < member_seconds.size(); ++rank) ranks.push({0, rank});
  double end = 0;
  for (const Kind kind : kinds) {
    for (std::size_t i = 0; i < members.at(kind); ++i) {
      auto [time, rank] = ranks.top();
      ranks.pop();
      time += member_seconds[rank].at(kind);
      end = std::max(end, time);
      ranks.push({time, rank});
    }
  }
  return end;
}

}  // namespace clvae::run
