#pragma once
// Walks and scores that tests start from.

#include <cmath>
#include <utility>
#include <vector>

#include "core/random.hpp"
#include "reduce/packed_scores.hpp"
#include "reduce/walk.hpp"

namespace clvae::reduce {

/// [N] of [samples * classes].
using Table = std::vector<std::vector<double>>;

inline std::vector<std::size_t> in_order(std::size_t samples) {
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < samples; ++i) places.push_back(i);
  return places;
}

inline Table normal_table(std::size_t members, std::size_t values, double spread, Seed seed) {
  RandomStream stream(seed);
  Table table(members);
  for (auto& member : table) {
    for (std::size_t i = 0; i < values; ++i) member.push_back(spread * stream.normal());
  }
  return table;
}

/// All of a walk by one rank.
inline Walk walk(const ScoredMembers& scored, const TestSet& test,
                 const std::vector<Order>& orders) {
  const std::vector<Order> walked = orders_of(scored, orders);
  WalkShare share = walk_share(scored, test, walked, {});
  Walk walk = assemble(walked, test, {std::move(share.rows)}, share.doubled_placements,
                       measured_sizes(scored));
  walk.is_joint = scored.is_joint();
  return walk;
}

/// A walk from AUCs alone: every size measured, on samples whose placements all are 0.5.
inline Walk walk_of(std::vector<Order> orders, std::vector<std::vector<double>> aucs) {
  Walk walk;
  walk.orders = std::move(orders);
  walk.aucs = std::move(aucs);
  walk.inliers = 2;
  for (std::size_t size = 1; size <= walk.members(); ++size) {
    walk.measured_sizes.push_back(size);
    walk.placements.push_back({0.5F, 0.5F, 0.5F, 0.5F});
    walk.average_precision.push_back(0.5);
    walk.fpr_at_95_tpr.push_back(0.5);
  }
  return walk;
}

/// A walk whose members have qualities of which an ensemble's AUC is the mean.
inline Walk walk_of_qualities(const std::vector<double>& qualities, std::vector<Order> orders) {
  std::vector<std::vector<double>> aucs;
  for (const Order& order : orders) {
    std::vector<double> row;
    double sum = 0;
    for (const std::size_t member : order) {
      sum += qualities[member];
      row.push_back(sum / static_cast<double>(row.size() + 1));
    }
    aucs.push_back(row);
  }
  return walk_of(std::move(orders), std::move(aucs));
}

}  // namespace clvae::reduce
