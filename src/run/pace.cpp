#include "run/pace.hpp"

#include <algorithm>
#include <functional>
#include <queue>
#include <tuple>

#include "store/reader.hpp"

namespace clvae::run {

namespace {

/// One member's, on the average rank.
double mean_seconds(Kind kind, const std::vector<RankPace>& ranks) {
  double sum = 0;
  for (const RankPace& rank : ranks) sum += rank.at(kind).seconds;
  return sum / static_cast<double>(ranks.size());
}

int lanes_of(const RankPace& rank) {
  int most = 1;
  for (const auto& [kind, pace] : rank) most = std::max(most, pace.lanes);
  return most;
}

/// Where one member is trained at a time.
struct LaneOfRank {
  double free_at = 0;  ///< seconds
  int lane = 0;        ///< among those of its rank
  std::size_t rank = 0;
  friend bool operator>(const LaneOfRank& a, const LaneOfRank& b) {
    // Of lanes that are free at the same time each rank's first comes first, as ranks share.
    return std::tie(a.free_at, a.lane, a.rank) > std::tie(b.free_at, b.lane, b.rank);
  }
};

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
                     const std::vector<RankPace>& ranks) {
  std::vector<Kind> kinds;
  for (const auto& [kind, count] : members) kinds.push_back(kind);
  std::sort(kinds.begin(), kinds.end(),
            [&](Kind a, Kind b) { return mean_seconds(a, ranks) > mean_seconds(b, ranks); });
  std::priority_queue<LaneOfRank, std::vector<LaneOfRank>, std::greater<>> lanes;
  for (std::size_t rank = 0; rank < ranks.size(); ++rank) {
    for (int lane = 0; lane < lanes_of(ranks[rank]); ++lane) lanes.push({0, lane, rank});
  }
  double end = 0;
  for (const Kind kind : kinds) {
    for (std::size_t i = 0; i < members.at(kind); ++i) {
      LaneOfRank next = lanes.top();
      lanes.pop();
      const MemberPace& pace = ranks[next.rank].at(kind);
      next.free_at += pace.seconds * pace.lanes;
      end = std::max(end, next.free_at);
      lanes.push(next);
    }
  }
  return end;
}

double time_left(const LaneWork& so_far, double cost_left, std::size_t members_left,
                 std::size_t lanes) {
  const auto busy = static_cast<double>(std::min(lanes, members_left));
  return so_far.seconds / so_far.cost * cost_left / busy;
}

}  // namespace clvae::run
