#pragma once
/// \file
/// Walking along orders of the members: the AUC, and what else is asked, of every ensemble size.
///
/// Ranks share a walk by its orders: each takes a `WalkShare`, rank 0 gathers rows and adds up
/// placements, and `assemble` gives the same bits for any number of ranks.

#include <cstddef>
#include <functional>
#include <vector>

#include "core/strong.hpp"
#include "reduce/scored_members.hpp"
#include "reduce/test_set.hpp"

namespace clvae::reduce {

/// Orders in which to walk through `members` members: all rotations of q seeded random
/// permutations, q = ceil(draws / members), so that size 1 uses every member equally often and size
/// N-1 is every leave-one-out set. \return [q * members] orders of 0..members-1; one where there is
/// one member \throws UsageError where members or draws is not positive.
std::vector<Order> draw_orders(std::size_t members, std::size_t draws, Seed seed);

/// Sizes at which placements, average precision and FPR are taken: all up to 64 members; above,
/// 1..16, then each about a tenth larger than the one before, and the last. In between they are
/// interpolated linearly in 1/k, the law by which they settle. AUCs are taken at every size.
std::vector<std::size_t> measured_sizes(std::size_t members);
/// The same of a score, or those at which a joint one is given: its AUCs are taken at them alone,
/// and interpolated along each order.
std::vector<std::size_t> measured_sizes(const ScoredMembers& scored);

/// The orders along which members that are scored so are walked: of a joint score the rotations of
/// the first permutation, and of as many more as come to 100 orders. \param orders of draw_orders
std::vector<Order> orders_of(const ScoredMembers& scored, const std::vector<Order>& orders);

/// What one rank found along its orders.
struct WalkShare {
  /// For each own order: N AUCs, G average precisions, G FPRs at 95 % TPR.
  std::vector<double> rows;
  /// [G][samples, inliers first]: sums over own orders of doubled placements (Measurer::all).
  /// Whole numbers, so that ranks' sums can be added in any order.
  std::vector<double> doubled_placements;
};

/// Which orders are whose: order i is rank i % ranks's.
struct Sharing {
  std::size_t rank = 0;
  std::size_t ranks = 1;
};

/// Walks along this rank's orders. Takes about 64 MiB (more where one order needs it: 4 N S bytes)
/// beside the members' values, and 8 G S for placements. \param progress is told orders done of own
/// orders
WalkShare walk_share(const ScoredMembers& scored, const TestSet& test,
                     const std::vector<Order>& orders, const Sharing& sharing,
                     const std::function<void(std::size_t, std::size_t)>& progress = {});

/// All that statistics are made from.
struct Walk {
  std::vector<Order> orders;
  std::vector<std::vector<double>> aucs;    ///< [orders][N]
  bool is_joint = false;                    ///< AUCs are of the measured sizes, or in between them
  std::vector<std::size_t> measured_sizes;  ///< [G]
  std::vector<double> average_precision;    ///< [G], mean over the orders
  std::vector<double> fpr_at_95_tpr;        ///< [G], mean over the orders
  std::vector<std::vector<float>>
      placements;  ///< [G][samples, inliers first], mean over the orders
  std::size_t inliers = 0;
  /// One member that training again would not change (PCA): its AUC holds for every size, and no
  /// variance between members is missing from its intervals.
  bool is_deterministic = false;

  std::size_t members() const { return aucs.empty() ? 0 : aucs.front().size(); }
};

/// \param rows of every rank, in rank order  \param doubled_placements the sum over the ranks
/// \param measured_sizes of the members that were walked
/// \throws UsageError where they don't fit the orders
Walk assemble(const std::vector<Order>& orders, const TestSet& test,
              const std::vector<std::vector<double>>& rows,
              const std::vector<double>& doubled_placements,
              const std::vector<std::size_t>& measured_sizes);

/// Values at all sizes 1..members from those at measured sizes, linearly in 1/k.
std::vector<double> at_all_sizes(const std::vector<std::size_t>& sizes,
                                 const std::vector<double>& values, std::size_t members);

}  // namespace clvae::reduce
