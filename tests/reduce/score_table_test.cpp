#include "reduce/score_table.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "reduce/walks.hpp"

namespace clvae::reduce {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::ThrowsMessage;

constexpr std::size_t kDrawn = 4;
constexpr std::size_t kOfPart = 40;
constexpr std::size_t kClasses = 2;

/// Members whose latents of two classes lie around two points, in the test set with a third group.
class DrawnMembers : public MemberValues {
 public:
  DrawnMembers() {
    std::vector<std::uint8_t> is_outlier(kOfPart);
    for (std::size_t i = 0; i < kOfPart; ++i) {
      classes_.push_back(static_cast<std::int32_t>(i % kClasses));
      is_outlier[i] = i % 3 == 0 ? 1 : 0;
    }
    test = test_set_of(is_outlier);
    RandomStream stream(Seed{8});
    for (std::size_t member = 0; member < kDrawn; ++member) {
      for (const Part part : {Part::train, Part::validation, Part::test}) {
        auto& latents = latents_[member].emplace_back();
        auto& errors = errors_[member].emplace_back();
        for (std::size_t i = 0; i < kOfPart; ++i) {
          const double away = part == Part::test && is_outlier[i] != 0 ? 1.5 : 0;
          const double centre = 4.0 * classes_[i] + away;
          for (int axis = 0; axis < 2; ++axis) {
            latents.push_back(static_cast<float>(centre + stream.normal()));
          }
          errors.push_back(static_cast<float>(std::abs(stream.normal()) + away));
        }
      }
      gaussians_.push_back(fit_gaussians(latents_[member][0], classes_, kClasses, 2));
    }
    std::vector<std::vector<float>> latents;
    for (const auto& parts : latents_) latents.push_back(parts[0]);
    references_ = std::make_unique<References>(classes_, in_order(kDrawn), latents, gaussians_);
  }

  std::size_t members() const override { return kDrawn; }
  std::size_t classes() const override { return kClasses; }
  const std::vector<std::size_t>& places(Part part) const override {
    return part == Part::test ? test.samples : in_order_;
  }
  gsl::span<const std::int32_t> training_classes() const override { return classes_; }
  std::vector<float> values(std::size_t member, Reading reading) const override {
    const auto part = static_cast<std::size_t>(reading.part);
    return reading.quantity == Quantity::latents ? latents_[member][part] : errors_[member][part];
  }
  const Gaussians& gaussians(std::size_t member) const override { return gaussians_[member]; }
  const References& references() const override { return *references_; }

  TestSet test;

 private:
  std::vector<std::size_t> in_order_ = in_order(kOfPart);
  std::vector<std::int32_t> classes_;
  std::vector<std::vector<float>> latents_[kDrawn];  ///< of each part
  std::vector<std::vector<float>> errors_[kDrawn];   ///< of each part
  std::vector<Gaussians> gaussians_;
  std::unique_ptr<References> references_;
};

TEST(ScoreTable, has_each_name_once_and_all_that_a_row_needs) {
  for (const Score& score : score_table()) {
    EXPECT_EQ(score_named(score.name), &score);
    EXPECT_FALSE(score.title.empty() || score.family.name.empty() || score.family.title.empty());
    EXPECT_FALSE(score.reads.empty()) << score.name;
    EXPECT_FALSE(score.merges.empty()) << score.name;
    EXPECT_TRUE(score.make) << score.name;
    EXPECT_EQ(score.validation_inliers > 0, !score.validation_use.empty()) << score.name;
    if (!score.can_be_primary) continue;
    EXPECT_FALSE(score.help.empty() || score.anomaly_script.empty()) << score.name;
    EXPECT_TRUE(score.values && score.knows_classes) << score.name;
    EXPECT_EQ(score.is_joint, !score.joint_script.empty()) << score.name;
    EXPECT_EQ(score.is_joint, score.joint_tensors != nullptr) << score.name;
  }
  EXPECT_EQ(score_named("likelihood"), nullptr);
}

TEST(ScoreTable, gives_config_and_help_their_words) {
  EXPECT_THAT(primary_score_names(),
              ElementsAre("density", "peak_normalised", "mahalanobis", "joint", "nearest"));
  EXPECT_THAT(merge_names(), ElementsAre("mean", "geometric", "max", "min"));
  EXPECT_THAT(primary_scores_in_words(), HasSubstr("; mahalanobis, minus the squared distance"));
  EXPECT_THAT(merges_in_words(), HasSubstr("geometric cannot be had with mahalanobis"));
  EXPECT_THAT(merges_in_words(), HasSubstr("A merge says nothing to joint and nearest, which"));
  EXPECT_EQ(score_named("joint")->merge_in_use(Merge::geometric), Merge::joint);
  EXPECT_EQ(score_named("density")->merge_in_use(Merge::geometric), Merge::geometric);
  EXPECT_NO_THROW(require_mergeable(*score_named("nearest"), Merge::geometric));
  EXPECT_THAT([] { require_mergeable(*score_named("mahalanobis"), Merge::geometric); },
              ThrowsMessage<UsageError>(HasSubstr("by geometric, only by mean, max or min")));
}

TEST(ScoreTable, makes_members_of_every_score_that_reads_what_they_left) {
  const DrawnMembers members;
  const auto orders = draw_orders(kDrawn, kDrawn, Seed{1});
  for (const char* name : {"density", "peak_normalised", "mahalanobis", "joint", "nearest",
                           "reconstruction_error", "combined"}) {
    const Score& score = *score_named(name);
    const auto scored =
        score.make(members, {score.merges.back(), Part::test, score_named("mahalanobis")});
    ASSERT_EQ(scored->members(), kDrawn) << name;
    EXPECT_GT(walk(*scored, members.test, orders).aucs.front().back(), 0.5) << name;
  }
}

/// Mean and standard deviation (divisor n - 1).
std::pair<double, double> moments_of(const std::vector<float>& values) {
  double mean = 0;
  for (const float value : values) mean += static_cast<double>(value);
  mean /= static_cast<double>(values.size());
  double squares = 0;
  for (const float value : values) squares += std::pow(static_cast<double>(value) - mean, 2);
  return {mean, std::sqrt(squares / static_cast<double>(values.size() - 1))};
}

TEST(Combined, adds_divergence_and_error_scaled_by_the_validation_inliers) {
  const DrawnMembers members;
  const Score& density = *score_named("density");
  const Score& error = *score_named("reconstruction_error");
  const Order order = {2, 0, 3, 1};
  const auto all = [&](const Score& score, Merge merge, Part part) {
    return anomalies_of_all(*score.make(members, {merge, part, &density}), order);
  };

  const std::vector<float> combined = all(*score_named("combined"), Merge::max, Part::test);

  const std::vector<float> divergences = all(density, Merge::max, Part::test);
  const std::vector<float> errors = all(error, Merge::mean, Part::test);
  const auto [mean_divergence, sd_divergence] =
      moments_of(all(density, Merge::max, Part::validation));
  const auto [mean_error, sd_error] = moments_of(all(error, Merge::mean, Part::validation));
  ASSERT_THAT(combined, SizeIs(kOfPart));
  for (std::size_t i = 0; i < kOfPart; ++i) {
    const double expected =
        (static_cast<double>(divergences[i]) - mean_divergence) / sd_divergence +
        (static_cast<double>(errors[i]) - mean_error) / sd_error;
    EXPECT_NEAR(combined[i], expected, 1e-4 * (1 + std::abs(expected))) << i;
  }
}

TEST(Combined, takes_a_joint_divergence_at_the_sizes_and_along_the_orders_that_it_has) {
  const DrawnMembers members;
  const Score* const nearest = score_named("nearest");

  const auto scored = score_named("combined")->make(members, {Merge::joint, Part::test, nearest});

  EXPECT_TRUE(scored->is_joint());
  const Walk result = walk(*scored, members.test, draw_orders(kDrawn, 30 * kDrawn, Seed{1}));
  EXPECT_EQ(result.orders.size(), 25 * kDrawn);
  EXPECT_GT(result.aucs.front().back(), 0.5);
}

}  // namespace
}  // namespace clvae::reduce
