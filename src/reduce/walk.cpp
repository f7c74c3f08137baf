#include "reduce/walk.hpp"

#include <algorithm>
#include <limits>
#include <numeric>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/random.hpp"
#include "reduce/measures.hpp"

namespace clvae::reduce {

namespace {

constexpr std::size_t kAllMeasured = 64;
/// Of joint scores, as whole permutations' rotations; one permutation is walked in any case.
constexpr std::size_t kJointOrders = 100;
/// Scores of several orders are walked together, so that a member's values are read once for all.
constexpr std::size_t kBufferBytes = std::size_t{64} << 20;

/// How many AUCs, average precisions and FPRs a row has.
std::size_t row_size(std::size_t members, std::size_t measured) { return members + 2 * measured; }

/// One order's row, and its placements added to the sums.
void measure_order(Measurer& measurer, const ScoredMembers& scored, const TestSet& test,
                   const float* scores, const std::vector<std::size_t>& sizes,
                   const std::vector<std::size_t>& measured, WalkShare& share) {
  const std::size_t members = scored.members();
  const std::size_t samples = test.samples.size();
  std::vector<double> aucs;
  std::vector<double> precisions(measured.size());
  std::vector<double> rates(measured.size());
  std::size_t next = 0;
  for (const std::size_t size : sizes) {
    const gsl::span<const float> row(scores + aucs.size() * scored.stride(), samples);
    if (next == measured.size() || measured[next] != size) {
      aucs.push_back(measurer.auc(row));
      continue;
    }
    const Measures measures =
        measurer.all(row, {&share.doubled_placements[next * samples], samples});
    aucs.push_back(measures.auc);
    precisions[next] = measures.average_precision;
    rates[next] = measures.fpr_at_95_tpr;
    ++next;
  }
  if (sizes.size() < members) aucs = at_all_sizes(sizes, aucs, members);
  for (const auto* values : {&aucs, &precisions, &rates}) {
    share.rows.insert(share.rows.end(), values->begin(), values->end());
  }
}

}  // namespace

TestSet test_set_of(gsl::span<const std::uint8_t> is_outlier) {
  TestSet test;
  for (const std::uint8_t wanted : {std::uint8_t{0}, std::uint8_t{1}}) {
    for (std::size_t sample = 0; sample < is_outlier.size(); ++sample) {
      if ((is_outlier[sample] != 0) == (wanted != 0)) test.samples.push_back(sample);
    }
    if (wanted == 0) test.inliers = test.samples.size();
  }
  test.outliers = test.samples.size() - test.inliers;
  return test;
}

std::vector<Order> draw_orders(std::size_t members, std::size_t draws, Seed seed) {
  if (members == 0 || draws == 0) {
    throw UsageError(fmt::format("orders need members and draws; found {} and {}", members, draws));
  }
  if (members == 1) return {Order{0}};
  RandomStream stream(derive_seed(seed, "orders", {members}));
  std::vector<Order> orders;
  for (std::size_t drawn = 0; drawn < draws; drawn += members) {
    Order order = stream.permutation(members);
    for (std::size_t rotation = 0; rotation < members; ++rotation) {
      orders.push_back(order);
      std::rotate(order.begin(), order.begin() + 1, order.end());
    }
  }
  return orders;
}

std::vector<std::size_t> measured_sizes(std::size_t members) {
  if (members > kAllMeasured) return sizes_a_tenth_apart(members);
  std::vector<std::size_t> all(members);
  std::iota(all.begin(), all.end(), std::size_t{1});
  return all;
}

std::vector<std::size_t> measured_sizes(const ScoredMembers& scored) {
  return scored.is_joint() ? scored.sizes() : measured_sizes(scored.members());
}

std::vector<Order> orders_of(const ScoredMembers& scored, const std::vector<Order>& orders) {
  const std::size_t members = scored.members();
  const std::size_t most = std::max(members, kJointOrders / members * members);
  if (!scored.is_joint() || orders.size() <= most) return orders;
  return {orders.begin(), orders.begin() + static_cast<std::ptrdiff_t>(most)};
}

WalkShare walk_share(const ScoredMembers& scored, const TestSet& test,
                     const std::vector<Order>& orders, const Sharing& sharing,
                     const std::function<void(std::size_t, std::size_t)>& progress) {
  if (test.samples.size() != scored.samples()) {
    throw UsageError(
        fmt::format("{} test samples, and scores of {}", test.samples.size(), scored.samples()));
  }
  std::vector<Order> own;
  for (std::size_t i = sharing.rank; i < orders.size(); i += sharing.ranks) {
    own.push_back(orders[i]);
  }
  const std::vector<std::size_t> sizes = scored.sizes();
  const std::vector<std::size_t> measured = measured_sizes(scored);
  WalkShare share;
  share.doubled_placements.resize(measured.size() * test.samples.size());
  Measurer measurer(test.inliers, test.outliers);
  const std::size_t block = sizes.size() * scored.stride();
  const std::size_t together =
      std::clamp(kBufferBytes / (block * sizeof(float)), std::size_t{1}, own.size() + 1);
  std::vector<float> scores(block * std::min(together, own.size()));
  for (std::size_t first = 0; first < own.size(); first += together) {
    const std::size_t count = std::min(together, own.size() - first);
    scored.ranking_scores({own.data() + first, count}, scores);
    for (std::size_t i = 0; i < count; ++i) {
      measure_order(measurer, scored, test, &scores[i * block], sizes, measured, share);
    }
    if (progress) progress(first + count, own.size());
  }
  return share;
}

Walk assemble(const std::vector<Order>& orders, const TestSet& test,
              const std::vector<std::vector<double>>& rows,
              const std::vector<double>& doubled_placements,
              const std::vector<std::size_t>& measured_sizes) {
  Walk walk;
  walk.orders = orders;
  walk.inliers = test.inliers;
  const std::size_t members = orders.at(0).size();
  walk.measured_sizes = measured_sizes;
  const std::size_t measured = walk.measured_sizes.size();
  const auto draws = static_cast<double>(orders.size());
  walk.average_precision.assign(measured, 0);
  walk.fpr_at_95_tpr.assign(measured, 0);
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const std::size_t begin = i / rows.size() * row_size(members, measured);
    const std::vector<double>& share = rows[i % rows.size()];
    if (share.size() < begin + row_size(members, measured)) {
      throw UsageError(fmt::format("results of {} orders are incomplete", orders.size()));
    }
    const double* row = &share[begin];
    walk.aucs.emplace_back(row, row + members);
    for (std::size_t j = 0; j < measured; ++j) {
      walk.average_precision[j] += row[members + j] / draws;
      walk.fpr_at_95_tpr[j] += row[members + measured + j] / draws;
    }
  }
  if (doubled_placements.size() != measured * test.samples.size()) {
    throw UsageError(fmt::format("{} placements of {} samples at {} sizes",
                                 doubled_placements.size(), test.samples.size(), measured));
  }
  walk.placements.resize(measured);
  for (std::size_t j = 0; j < measured; ++j) {
    for (std::size_t i = 0; i < test.samples.size(); ++i) {
      const auto others = static_cast<double>(i < test.inliers ? test.outliers : test.inliers);
      walk.placements[j].push_back(static_cast<float>(
          doubled_placements[j * test.samples.size() + i] / (2 * draws * others)));
    }
  }
  return walk;
}

std::vector<double> at_all_sizes(const std::vector<std::size_t>& sizes,
                                 const std::vector<double>& values, std::size_t members) {
  std::vector<double> all;
  std::size_t right = 0;
  for (std::size_t k = 1; k <= members; ++k) {
    while (right + 1 < sizes.size() && sizes[right] < k) ++right;
    if (right == 0 || sizes[right] <= k) {
      all.push_back(values[right]);
      continue;
    }
    const auto inverse = [](std::size_t size) { return 1 / static_cast<double>(size); };
    const double share = (inverse(sizes[right - 1]) - inverse(k)) /
                         (inverse(sizes[right - 1]) - inverse(sizes[right]));
    all.push_back(values[right - 1] + share * (values[right] - values[right - 1]));
  }
  return all;
}

}  // namespace clvae::reduce
