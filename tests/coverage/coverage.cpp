#include "coverage.hpp"

#include <cmath>
#include <limits>

#include "../reduce/walks.hpp"
#include "reduce/curve.hpp"
#include "reduce/measures.hpp"
#include "reduce/packed_scores.hpp"

namespace clvae::coverage {

namespace {

double normal_below(double value) { return 0.5 * std::erfc(-value / std::sqrt(2.0)); }

/// What distinguishes an outlier in the mean score of k members, given how many of them are bad:
/// a normal distribution.
struct Gap {
  double probability = 0;
  double mean = 0;
  double variance = 0;  ///< of quality and of what single members see in an outlier and an inlier
};

std::vector<Gap> gaps_of(const Pool& pool, std::size_t size) {
  constexpr double kNegligible = 1e-7;
  const auto k = static_cast<double>(size);
  std::vector<Gap> gaps;
  double probability = std::pow(1 - pool.bad_share, k);
  for (std::size_t bad = 0; bad <= size; ++bad) {
    const auto b = static_cast<double>(bad);
    if (probability > kNegligible) {
      gaps.push_back({probability, pool.quality - pool.bad_gap * pool.quality_spread * b / k,
                      (pool.quality_spread * pool.quality_spread + 2 * pool.own * pool.own) / k});
    }
    if (pool.bad_share == 0) break;
    probability *= (k - b) / (b + 1) * pool.bad_share / (1 - pool.bad_share);
  }
  return gaps;
}

/// Over all test sets.
double true_auc(const Pool& pool, std::size_t size) {
  double auc = 0;
  for (const Gap& gap : gaps_of(pool, size)) {
    auc += gap.probability *
           normal_below(gap.mean / std::sqrt(gap.variance + 2 * pool.shared * pool.shared));
  }
  return auc;
}

/// On one test set, of which `shared` is what all members see.
double true_auc_on(const Pool& pool, const std::vector<double>& shared, std::size_t size) {
  double auc = 0;
  for (const Gap& gap : gaps_of(pool, size)) {
    double pairs = 0;
    for (std::size_t outlier = pool.inliers; outlier < shared.size(); ++outlier) {
      for (std::size_t inlier = 0; inlier < pool.inliers; ++inlier) {
        pairs +=
            normal_below((gap.mean + shared[outlier] - shared[inlier]) / std::sqrt(gap.variance));
      }
    }
    auc += gap.probability * pairs / static_cast<double>(pool.inliers * pool.inliers);
  }
  return auc;
}

double draw_quality(const Pool& pool, RandomStream& stream) {
  const bool is_bad = stream.uniform() < pool.bad_share;
  return pool.quality + pool.quality_spread * (stream.normal() - (is_bad ? pool.bad_gap : 0));
}

/// Scores of the mean of `size` fresh members.
std::vector<double> draw_scores(const Pool& pool, const std::vector<double>& shared,
                                std::size_t size, RandomStream& stream) {
  const auto k = static_cast<double>(size);
  double quality = 0;
  for (std::size_t i = 0; i < size; ++i) quality += draw_quality(pool, stream) / k;
  std::vector<double> scores = shared;
  for (std::size_t i = 0; i < scores.size(); ++i) {
    scores[i] += (i < pool.inliers ? 0 : quality) + pool.own / std::sqrt(k) * stream.normal();
  }
  return scores;
}

}  // namespace

bool holds(const reduce::Interval& interval, double truth) {
  return interval.lower <= truth && truth <= interval.upper;
}

std::vector<Coverage> measure(const Pool& pool, const std::vector<std::size_t>& sizes,
                              std::size_t trials, std::size_t draws, Seed seed) {
  RandomStream stream(seed);
  reduce::TestSet test;
  for (std::size_t i = 0; i < 2 * pool.inliers; ++i) test.samples.push_back(i);
  test.inliers = test.outliers = pool.inliers;
  reduce::Measurer measurer(pool.inliers, pool.inliers);
  std::vector<Coverage> coverage(sizes.size());
  const double share = 1 / static_cast<double>(trials);
  for (std::size_t trial = 0; trial < trials; ++trial) {
    std::vector<double> shared;
    for (std::size_t i = 0; i < 2 * pool.inliers; ++i) {
      shared.push_back(pool.shared * stream.normal());
    }
    reduce::PackedScores scores({1, false, false}, reduce::Merge::mean, test.samples, pool.members);
    for (std::size_t member = 0; member < pool.members; ++member) {
      scores.set_member(member, draw_scores(pool, shared, 1, stream));
    }
    const auto orders = reduce::draw_orders(pool.members, draws, Seed{stream()});
    const auto points = reduce::curve(reduce::walk(scores, test, orders), 0.95);
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      const reduce::CurvePoint& point = points.at(sizes[i] - 1);
      coverage[i].size = sizes[i];
      coverage[i].curve += holds(point.curve, true_auc_on(pool, shared, sizes[i])) ? share : 0;
      coverage[i].total += holds(point.total, true_auc(pool, sizes[i])) ? share : 0;
      const auto fresh = draw_scores(pool, shared, sizes[i], stream);
      const double auc = measurer.auc(std::vector<float>(fresh.begin(), fresh.end()));
      coverage[i].ensemble += holds(point.ensemble, auc) ? share : 0;
      if (sizes[i] == pool.members) {
        coverage[i].ensemble = std::numeric_limits<double>::quiet_NaN();
      }
    }
  }
  return coverage;
}

}  // namespace clvae::coverage
