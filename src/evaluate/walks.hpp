#pragma once
/// \file
/// Every method and merge of a run, walked by all ranks together.

#include <vector>

#include "config/config.hpp"
#include "evaluate/stored_members.hpp"
#include "evaluate/test_bed.hpp"
#include "reduce/walk.hpp"

namespace clvae::evaluate {

/// One curve's worth.
struct MethodWalk {
  std::string method;
  std::string score;
  std::string merge;
  std::string title;
  std::string family;
  bool is_primary = false;
  std::size_t requested = 0;
  reduce::Walk walk;  ///< on rank 0
  /// Anomaly score of each test sample, all members merged; on rank 0.
  std::vector<double> anomalies;
};

/// What one kind's members gave.
struct KindWalks {
  KindMembers members;
  std::vector<double> inlier_accuracy;  ///< [members]: share of test inliers whose own class scores
                                        ///< highest; empty where no score knows classes, and on
                                        ///< other ranks than 0
  std::vector<MethodWalk> walks;  ///< the primary ones first, that of `reduction.score` before all
};

/// All scores and merges of one kind. Holds one table of values at a time, 4 N S (K + 1) bytes, of
/// a joint score 28 N S K / 3; for the combined score one of the test set and one of the validation
/// inliers. Collective. \param members of `kind`
KindWalks walk_kind(const comm::Communicator& world, const RunMembers& members, const TestBed& bed,
                    const KindMembers& kind, const config::Reduction& reduction, Console& console);
/// The same of what members left in the run file.
KindWalks walk_kind(const comm::Communicator& world, const store::Reader& reader,
                    const TestBed& bed, const KindMembers& kind, const config::Reduction& reduction,
                    Console& console);

}  // namespace clvae::evaluate
