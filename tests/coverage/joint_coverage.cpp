#include <cmath>
#include <limits>

#include "../reduce/joint_members.hpp"
#include "coverage.hpp"
#include "reduce/curve.hpp"
#include "reduce/score_table.hpp"

namespace clvae::coverage {

namespace {

/// Where samples truly are, in two dimensions.
std::vector<double> draw_points(std::size_t inliers, std::size_t outliers, RandomStream& stream) {
  std::vector<double> points;
  for (std::size_t i = 0; i < inliers + outliers; ++i) {
    const double centre = i >= inliers ? 2.0 : 4.0 * static_cast<double>(i % 2);
    for (int axis = 0; axis < 2; ++axis) points.push_back(centre + stream.normal());
  }
  return points;
}

/// What a member sees: the points turned and stretched, and noise.
class Sight {
 public:
  Sight(const JointPool& pool, RandomStream& stream)
      : own_(pool.own * std::exp(0.3 * stream.normal())),
        a_(stream.normal()),
        b_(stream.normal()) {}

  std::vector<float> of(const std::vector<double>& points, RandomStream& stream) const {
    std::vector<float> seen;
    for (std::size_t i = 0; i < points.size(); i += 2) {
      const double x = a_ * points[i] + b_ * points[i + 1] + own_ * stream.normal();
      const double y = b_ * points[i] - a_ * points[i + 1] + own_ * stream.normal();
      seen.push_back(static_cast<float>(x));
      seen.push_back(static_cast<float>(y));
    }
    return seen;
  }

 private:
  double own_;
  double a_;
  double b_;
};

/// What one trial gave of each size that is asked for.
struct Trial {
  std::vector<reduce::CurvePoint> points;  ///< of every size
  std::vector<double> of_one_set;          ///< [N]: the AUC of the first order's sets
};

Trial one_trial(const JointPool& pool, const char* score, const std::vector<double>& references,
                const std::vector<double>& test, RandomStream& stream) {
  std::vector<std::vector<float>> of_references;
  std::vector<std::vector<float>> of_test;
  for (std::size_t member = 0; member < pool.members; ++member) {
    const Sight sight(pool, stream);
    of_references.push_back(sight.of(references, stream));
    of_test.push_back(sight.of(test, stream));
  }
  std::vector<std::int32_t> classes;
  for (std::size_t i = 0; i < pool.references; ++i) {
    classes.push_back(static_cast<std::int32_t>(i % 2));
  }
  const reduce::GivenMembers members(classes, reduce::in_order(pool.members), of_references,
                                     std::move(of_test), 2, 2);
  std::vector<std::uint8_t> is_outlier(2 * pool.inliers, 0);
  for (std::size_t i = pool.inliers; i < is_outlier.size(); ++i) is_outlier[i] = 1;
  const auto scored = reduce::score_named(score)->make(members, {});
  const auto orders = reduce::draw_orders(pool.members, 200, Seed{stream()});
  const reduce::Walk walk = reduce::walk(*scored, reduce::test_set_of(is_outlier), orders);
  return {reduce::curve(walk, 0.95), walk.aucs.front()};
}

double mean_at(const std::vector<Trial>& trials, std::size_t size) {
  double mean = 0;
  for (const Trial& trial : trials) {
    mean += trial.points[size - 1].mean / static_cast<double>(trials.size());
  }
  return mean;
}

}  // namespace

std::vector<Coverage> measure_joint(const JointPool& pool, const char* score,
                                    const std::vector<std::size_t>& sizes, std::size_t trials,
                                    Seed seed) {
  RandomStream stream(seed);
  const std::vector<double> references = draw_points(pool.references, 0, stream);
  const std::vector<double> test = draw_points(pool.inliers, pool.inliers, stream);
  std::vector<Trial> on_one_set;
  std::vector<Trial> on_fresh_sets;
  for (std::size_t trial = 0; trial < trials; ++trial) {
    on_one_set.push_back(one_trial(pool, score, references, test, stream));
    on_fresh_sets.push_back(one_trial(pool, score, references,
                                      draw_points(pool.inliers, pool.inliers, stream), stream));
  }
  std::vector<Coverage> coverage;
  const double share = 1 / static_cast<double>(trials);
  for (const std::size_t size : sizes) {
    Coverage found;
    found.size = size;
    const double truth = mean_at(on_one_set, size);
    const double truth_of_all = mean_at(on_fresh_sets, size);
    for (std::size_t i = 0; i < trials; ++i) {
      const double fresh = on_one_set[(i + 1) % trials].of_one_set[size - 1];
      found.curve += holds(on_one_set[i].points[size - 1].curve, truth) ? share : 0;
      found.ensemble += holds(on_one_set[i].points[size - 1].ensemble, fresh) ? share : 0;
      found.total += holds(on_fresh_sets[i].points[size - 1].total, truth_of_all) ? share : 0;
    }
    if (size == pool.members) found.ensemble = std::numeric_limits<double>::quiet_NaN();
    coverage.push_back(found);
  }
  return coverage;
}

}  // namespace clvae::coverage
