#include "reduce/measures.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "core/random.hpp"
#include "reduce/auc.hpp"
#include "reduce/delong.hpp"
#include "reduce/golden.hpp"

namespace clvae::reduce {
namespace {

std::vector<float> placements_of(const std::vector<double>& doubled, std::size_t inliers) {
  const std::size_t outliers = doubled.size() - inliers;
  std::vector<float> placements;
  for (std::size_t i = 0; i < doubled.size(); ++i) {
    const auto others = static_cast<double>(i < inliers ? outliers : inliers);
    placements.push_back(static_cast<float>(doubled[i] / (2 * others)));
  }
  return placements;
}

TEST(Measurer, equals_scikit_learn_and_every_pair_of_samples) {
  const auto cases = golden("measures.json");
  ASSERT_EQ(cases.size(), 6U);
  for (const auto& known : cases) {
    const auto inliers = known["inliers"].get<std::size_t>();
    std::vector<std::vector<float>> placements;
    for (std::size_t i = 0; i < 2; ++i) {
      const auto scores = known["scores"][i].get<std::vector<float>>();
      Measurer measurer(inliers, scores.size() - inliers);
      std::vector<double> doubled(scores.size(), 0.0);
      const Measures measures = measurer.all(scores, doubled);

      EXPECT_NEAR(measures.auc, known["auc"][i].get<double>(), 1e-12) << known["name"];
      EXPECT_EQ(measurer.auc(scores), measures.auc) << known["name"];
      EXPECT_NEAR(measures.average_precision, known["average_precision"][i].get<double>(), 1e-12)
          << known["name"];
      EXPECT_NEAR(measures.fpr_at_95_tpr, known["fpr_at_95_tpr"][i].get<double>(), 1e-12)
          << known["name"];
      EXPECT_NEAR(measures.fpr_at_95_tpr, known["fpr_of_roc_curve"][i].get<double>(), 1e-12)
          << known["name"];
      EXPECT_NEAR(average_precision_of_inliers(scores, inliers),
                  known["average_precision_of_inliers"][i].get<double>(), 1e-12)
          << known["name"];
      placements.push_back(placements_of(doubled, inliers));
      const double variance = known["variance"][i].get<double>();
      EXPECT_NEAR(delong_variance(placements[i], inliers), variance, 1e-6 * variance)
          << known["name"];
    }
    const double variance = known["variance_of_difference"].get<double>();
    EXPECT_NEAR(delong_variance_of_difference(placements[0], placements[1], inliers), variance,
                1e-6 * variance)
        << known["name"];
  }
}

// What the buckets could stumble over, held against the plain sort.
TEST(Measurer, counts_exactly_when_scores_crowd_or_spread_or_tie) {
  constexpr float kNever = std::numeric_limits<float>::infinity();
  const auto shapes = {
      +[](RandomStream& stream) { return static_cast<float>(stream.normal()); },
      +[](RandomStream& stream) { return static_cast<float>(std::exp(40 * stream.normal())); },
      +[](RandomStream& stream) { return static_cast<float>(stream.below(3)); },
      +[](RandomStream&) { return 1.0F; },
      +[](RandomStream& stream) { return 1.0F + 1e-7F * static_cast<float>(stream.below(9)); },
      +[](RandomStream& stream) { return stream.below(2) == 0 ? 0.0F : -0.0F; },
      +[](RandomStream& stream) {
        const auto kind = stream.below(4);
        return kind == 0 ? -kNever : kind == 1 ? kNever : static_cast<float>(stream.normal());
      },
      +[](RandomStream& stream) {
        return stream.below(50) == 0 ? -1e30F : 5.0F + 1e-3F * static_cast<float>(stream.normal());
      }};
  RandomStream stream(Seed{2});
  for (const auto shape : shapes) {
    for (const std::size_t inliers : {1U, 5U, 1000U}) {
      constexpr std::size_t kOutliers = 700;
      std::vector<float> scores;
      std::vector<std::uint8_t> is_outlier;
      for (std::size_t i = 0; i < inliers + kOutliers; ++i) {
        scores.push_back(shape(stream));
        is_outlier.push_back(i < inliers ? 0 : 1);
      }
      Measurer measurer(inliers, kOutliers);
      std::vector<double> doubled(scores.size(), 0.0);
      const double expected = auc(std::vector<double>(scores.begin(), scores.end()), is_outlier);

      EXPECT_EQ(measurer.auc(scores), expected);
      EXPECT_EQ(measurer.all(scores, doubled).auc, expected);
      double of_inliers = 0;
      double of_outliers = 0;
      for (std::size_t i = 0; i < scores.size(); ++i) {
        (i < inliers ? of_inliers : of_outliers) += doubled[i];
      }
      EXPECT_EQ(of_inliers, of_outliers);
    }
  }
}

TEST(Measurer, is_refused_when_a_group_is_empty) {
  EXPECT_THROW(Measurer(0, 3), UsageError);
  EXPECT_THROW(Measurer(3, 0), UsageError);
  EXPECT_THROW(delong_variance(std::vector<float>{0.5F}, 1), UsageError);
  EXPECT_TRUE(std::isnan(delong_variance(std::vector<float>{0.5F, 0.5F, 0.5F}, 1)));
}

}  // namespace
}  // namespace clvae::reduce
