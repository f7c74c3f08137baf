#include "score/ensemble.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "core/random.hpp"
#include "networks/architectures.hpp"
#include "train/device.hpp"
#include "train/encoders.hpp"

namespace clvae::score {
namespace {

using testing::Each;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

constexpr int kSide = 8;
constexpr std::size_t kImages = 300;  // more than one batch
constexpr std::size_t kClasses = 3;
constexpr std::size_t kReferences = 60;

/// Members with weights and Gaussians that were drawn, not trained.
class EnsembleTest : public testing::Test {
 protected:
  static void SetUpTestSuite() { train::prepare(1); }

  EnsembleTest() {
    options_.architecture = networks::convolutional({1, kSide, kSide}, 2, 8, {{4, 2}, {8, 2}});
    options_.class_names = {"a", "b", "c"};
    for (std::size_t i = 0; i < 4; ++i) members_.push_back(drawn_member());
    for (std::size_t i = 0; i < kReferences; ++i) {
      options_.reference_classes.push_back(static_cast<std::int32_t>(i % kClasses));
    }
    for (std::size_t i = 0; i < kImages * kSide * kSide; ++i) {
      pixels_.push_back(static_cast<std::uint8_t>(stream_.below(256)));
    }
  }

  Member drawn_member() { return drawn_member(*options_.architecture); }
  Member drawn_member(const networks::Architecture& architecture) {
    Member member;
    const auto weights =
        static_cast<std::size_t>(networks::parameters_in(architecture.encoder_layout()));
    for (std::size_t i = 0; i < weights; ++i) {
      member.encoder_weights.push_back(static_cast<float>(0.2 * stream_.normal()));
    }
    reduce::ClassStatistics statistics;
    statistics.classes = kClasses;
    statistics.dimension = 2;
    for (std::size_t label = 0; label < kClasses; ++label) {
      for (int axis = 0; axis < 2; ++axis) statistics.means.push_back(stream_.normal());
      for (const double value : {0.5, 0.1, 0.1, 0.3}) statistics.covariances.push_back(value);
    }
    member.gaussians = reduce::gaussians_of(statistics);
    member.index = 2 * members_.size();  // so that a block has two, and others have one
    for (std::size_t i = 0; i < kReferences * 2; ++i) {
      const std::size_t mean = i / 2 % kClasses * 2 + i % 2;
      member.reference_latents.push_back(
          static_cast<float>(statistics.means[mean] + 0.5 * stream_.normal()));
    }
    return member;
  }

  /// [member][image, class]
  std::vector<std::vector<double>> class_scores() const {
    train::Encoders encoders(options_.architecture, "cpu");
    for (const Member& member : members_) encoders.add(member.encoder_weights);
    std::vector<std::vector<double>> values(members_.size());
    encoders.encode(pixels_, [&](std::size_t member, const std::vector<float>& latents) {
      values[member] =
          reduce::class_scores(members_[member].gaussians, latents, options_.score->gaussian_score);
    });
    return values;
  }

  gsl::span<const std::uint8_t> images(std::size_t begin, std::size_t count) const {
    constexpr std::size_t kPixels = kSide * kSide;
    return gsl::make_span(pixels_).subspan(begin * kPixels, count * kPixels);
  }

  RandomStream stream_{Seed{5}};
  EnsembleOptions options_;
  std::vector<Member> members_;
  std::vector<std::uint8_t> pixels_;
};

TEST_F(EnsembleTest, says_what_the_definitions_say_when_densities_are_averaged) {
  const auto values = class_scores();

  const Scores scores = Ensemble(options_, members_).score(pixels_);

  ASSERT_EQ(scores.size(), kImages);
  std::size_t disagreeing = 0;
  for (std::size_t i = 0; i < kImages; ++i) {
    std::vector<double> merged(kClasses, 0);
    std::vector<std::size_t> own;
    for (const auto& of_member : values) {
      const double* row = &of_member[i * kClasses];
      own.push_back(static_cast<std::size_t>(std::max_element(row, row + kClasses) - row));
      for (std::size_t k = 0; k < kClasses; ++k) merged[k] += std::exp(row[k]) / 4;
    }
    const auto best = std::max_element(merged.begin(), merged.end());
    const auto nearest = static_cast<std::size_t>(best - merged.begin());
    const double all = merged[0] + merged[1] + merged[2];
    const auto others = 4 - std::count(own.begin(), own.end(), nearest);
    EXPECT_NEAR(scores.anomaly[i], -std::log(*best), 1e-5) << i;
    EXPECT_EQ(scores.nearest_class[i], static_cast<std::int32_t>(nearest)) << i;
    EXPECT_NEAR(scores.confidence[i], *best / all, 1e-5) << i;
    EXPECT_EQ(scores.disagreement[i], static_cast<float>(others) / 4) << i;
    disagreeing += others > 0 ? 1U : 0U;
  }
  EXPECT_GT(disagreeing, 0U);
}

TEST_F(EnsembleTest, takes_minus_half_the_squared_distance_for_a_log_density_when_it_has_no_other) {
  options_.score = reduce::score_named("mahalanobis");
  const auto values = class_scores();

  const Scores scores = Ensemble(options_, members_).score(pixels_);

  for (std::size_t i = 0; i < kImages; ++i) {
    std::vector<double> merged(kClasses, 0);
    for (const auto& of_member : values) {
      for (std::size_t k = 0; k < kClasses; ++k) merged[k] += of_member[i * kClasses + k] / 4;
    }
    const double best = *std::max_element(merged.begin(), merged.end());
    double all = 0;
    for (const double distance : merged) all += std::exp((distance - best) / 2);
    EXPECT_NEAR(scores.anomaly[i], -best, 1e-5 * (1 - best)) << i;
    EXPECT_NEAR(scores.confidence[i], 1 / all, 1e-4) << i;
  }
}

TEST_F(EnsembleTest, scores_all_members_at_once_whatever_their_order) {
  for (const char* name : {"joint", "nearest"}) {
    options_.score = reduce::score_named(name);
    const std::vector<Member> reversed(members_.rbegin(), members_.rend());

    const Scores scores = Ensemble(options_, members_).score(pixels_);
    const Scores others = Ensemble(options_, reversed).score(pixels_);

    EXPECT_EQ(scores.anomaly, others.anomaly) << name;
    EXPECT_EQ(scores.nearest_class, others.nearest_class) << name;
    EXPECT_NE(scores.anomaly,
              Ensemble(options_, {members_[0], members_[1]}).score(pixels_).anomaly);
  }
}

TEST_F(EnsembleTest, takes_the_fifth_nearest_reference_in_the_latents_of_all_members) {
  options_.score = reduce::score_named("nearest");
  train::Encoders encoders(options_.architecture, "cpu");
  for (const Member& member : members_) encoders.add(member.encoder_weights);
  std::vector<std::vector<float>> latents(members_.size());
  encoders.encode(pixels_, [&](std::size_t i, const std::vector<float>& z) { latents[i] = z; });

  const Scores scores = Ensemble(options_, members_).score(pixels_);

  for (std::size_t i = 0; i < kImages; ++i) {
    std::vector<double> squares(kReferences, 0);
    for (std::size_t member = 0; member < members_.size(); ++member) {
      for (std::size_t j = 0; j < kReferences * 2; ++j) {
        squares[j / 2] += std::pow(static_cast<double>(latents[member][2 * i + j % 2]) -
                                       static_cast<double>(members_[member].reference_latents[j]),
                                   2);
      }
    }
    std::sort(squares.begin(), squares.end());
    EXPECT_NEAR(scores.anomaly[i], std::sqrt(squares[4] / 4), 1e-5) << i;
  }
}

TEST_F(EnsembleTest, tells_the_classes_of_neighbours_by_mahalanobis_distances) {
  options_.score = reduce::score_named("mahalanobis");
  const Scores expected = Ensemble(options_, members_).score(pixels_);
  options_.score = reduce::score_named("nearest");

  const Scores scores = Ensemble(options_, members_).score(pixels_);

  EXPECT_EQ(scores.nearest_class, expected.nearest_class);
  EXPECT_EQ(scores.confidence, expected.confidence);
  EXPECT_EQ(scores.disagreement, expected.disagreement);
}

TEST_F(EnsembleTest, gives_the_same_bits_when_whole_batches_are_scored_on_their_own) {
  const Ensemble ensemble(options_, members_);

  const Scores together = ensemble.score(pixels_);
  const Scores first = ensemble.score(images(0, 256));
  const Scores last = ensemble.score(images(256, kImages - 256));

  const auto same = [](const std::vector<float>& whole, std::size_t begin,
                       const std::vector<float>& part) {
    return std::memcmp(&whole[begin], part.data(), part.size() * sizeof(float)) == 0;
  };
  EXPECT_TRUE(same(together.anomaly, 0, first.anomaly));
  EXPECT_TRUE(same(together.anomaly, 256, last.anomaly));
  EXPECT_TRUE(same(together.confidence, 256, last.confidence));
}

TEST_F(EnsembleTest, differs_by_rounding_alone_when_images_come_one_by_one) {
  const Ensemble ensemble(options_, members_);
  const Scores together = ensemble.score(images(0, 40));

  for (std::size_t i = 0; i < 40; ++i) {
    const Scores alone = ensemble.score(images(i, 1));
    ASSERT_EQ(alone.size(), 1U);
    EXPECT_NEAR(alone.anomaly[0], together.anomaly[i], 1e-5) << i;
    EXPECT_EQ(alone.nearest_class[0], together.nearest_class[i]) << i;
  }
}

TEST_F(EnsembleTest, scores_latents_as_it_scores_the_images_that_they_are_of) {
  train::Encoders encoders(options_.architecture, "cpu");
  for (const Member& member : members_) encoders.add(member.encoder_weights);
  std::vector<std::vector<float>> latents(members_.size());
  encoders.encode(pixels_, [&](std::size_t i, const std::vector<float>& z) { latents[i] = z; });
  const Ensemble ensemble(options_, members_);

  const auto scores =
      ensemble.anomalies_of_latents(kImages, [&](std::size_t i) { return latents[i]; });

  EXPECT_EQ(scores, ensemble.score(pixels_).anomaly);
  EXPECT_THAT(ensemble.anomalies_of_latents(0, [](std::size_t) { return std::vector<float>(); }),
              IsEmpty());
}

TEST_F(EnsembleTest, scores_intensities_as_the_bytes_that_they_stand_for) {
  std::vector<float> intensities;
  for (const std::uint8_t pixel : pixels_) intensities.push_back(static_cast<float>(pixel) / 255);
  const Ensemble ensemble(options_, members_);

  const Scores scores = ensemble.score(intensities);

  EXPECT_EQ(scores.anomaly, ensemble.score(pixels_).anomaly);
}

TEST_F(EnsembleTest, has_one_opinion_when_it_has_one_member) {
  const Scores scores = Ensemble(options_, {members_[0]}).score(pixels_);

  EXPECT_THAT(scores.disagreement, Each(0.0F));
}

TEST_F(EnsembleTest, stays_finite_when_an_image_is_far_from_all_classes) {
  for (Member& member : members_) {
    for (double& mean : member.gaussians.means) mean += 1e6;
  }

  const Scores scores = Ensemble(options_, members_).score(images(0, 1));

  EXPECT_TRUE(std::isfinite(scores.anomaly[0]));
  EXPECT_GE(scores.confidence[0], 1.0F / 3 - 1e-6F);
  EXPECT_LE(scores.confidence[0], 1);
}

TEST_F(EnsembleTest, scores_nothing_when_there_are_no_images) {
  const Ensemble ensemble(options_, members_);

  EXPECT_EQ(ensemble.score(std::vector<std::uint8_t>()).size(), 0U);
  EXPECT_EQ(ensemble.score(std::vector<float>()).size(), 0U);
}

TEST_F(EnsembleTest, is_refused_when_its_parts_do_not_fit_together) {
  const auto refused = [](const auto& action, const char* text) {
    EXPECT_THAT(action, ThrowsMessage<UsageError>(HasSubstr(text)));
  };
  refused([&] { Ensemble(options_, {}); }, "found 0 and 3");
  EnsembleOptions fewer = options_;
  fewer.class_names.pop_back();
  refused([&] { Ensemble(fewer, members_); }, "Gaussians of 3 classes in 2 dimensions");
  EnsembleOptions geometric = options_;
  geometric.score = reduce::score_named("mahalanobis");
  geometric.merge = reduce::Merge::geometric;
  refused([&] { Ensemble(geometric, members_); }, "geometric");
  EnsembleOptions of_errors = options_;
  of_errors.score = reduce::score_named("reconstruction_error");
  refused([&] { Ensemble(of_errors, members_); },
          "density, peak_normalised, mahalanobis, joint or nearest alone");
  EnsembleOptions joint = options_;
  joint.score = reduce::score_named("joint");
  std::vector<Member> twins = members_;
  twins[1].index = twins[0].index;
  refused([&] { Ensemble(joint, twins); }, "two members have the index 0");
  twins[1].reference_latents.pop_back();
  refused([&] { Ensemble(joint, twins); }, "119 reference latents of 60 reference inliers");
  std::vector<Member> cut = members_;
  cut[1].encoder_weights.pop_back();
  refused([&] { Ensemble(options_, cut); }, "weights given for a network of");
  refused([&] { Ensemble(options_, members_).score(gsl::make_span(pixels_).first(65)); },
          "65 values are no whole samples of 64");
  std::vector<float> intensities(128, 0.5F);
  intensities[66] = 1.5F;
  refused([&] { Ensemble(options_, members_).score(intensities); },
          "1.5 as value 2 of sample 1; expected intensities from 0 to 1");
  EnsembleOptions standardised = options_;
  standardised.standardisation = data::Standardisation{{0.0}, {1.0}};
  refused([&] { Ensemble(standardised, members_); }, "1 means and 1 deviations to standardise 0");
}

/// Members that take vectors of five features.
class FeatureEnsembleTest : public EnsembleTest {
 protected:
  static constexpr std::size_t kFeatures = 5;

  FeatureEnsembleTest() {
    options_.architecture = networks::dense(kFeatures, 2, {7, 4});
    members_.clear();
    for (std::size_t i = 0; i < 4; ++i) members_.push_back(drawn_member());
    for (std::size_t i = 0; i < kImages * kFeatures; ++i) {
      features_.push_back(static_cast<float>(100 + 20 * stream_.normal()));
    }
    by_.means = {100, 90, 110, 100, 0};
    by_.deviations = {20, 10, 30, 20, 1e3};
  }

  std::vector<float> features_;
  data::Standardisation by_;
};

TEST_F(FeatureEnsembleTest, standardises_what_lies_in_a_file) {
  std::vector<float> standardised;
  for (std::size_t i = 0; i < features_.size(); ++i) {
    standardised.push_back(
        static_cast<float>((static_cast<double>(features_[i]) - by_.means[i % kFeatures]) /
                           by_.deviations[i % kFeatures]));
  }
  const Scores expected = Ensemble(options_, members_).score(standardised);
  const Scores unstandardised = Ensemble(options_, members_).score(features_);
  options_.standardisation = by_;

  const Scores scores = Ensemble(options_, members_).score(features_);

  ASSERT_EQ(scores.size(), kImages);
  EXPECT_EQ(scores.anomaly, expected.anomaly);
  EXPECT_EQ(scores.nearest_class, expected.nearest_class);
  EXPECT_NE(scores.anomaly, unstandardised.anomaly);
}

TEST_F(FeatureEnsembleTest, standardises_in_double_precision_unless_the_run_was_made_otherwise) {
  // Seconds apart, a hundred of which are one number of single precision.
  by_.means.assign(kFeatures, 1'700'000'000);
  by_.deviations.assign(kFeatures, 30);
  std::vector<double> times;
  std::vector<float> standardised;
  std::vector<float> rounded;
  for (std::size_t i = 0; i < kImages * kFeatures; ++i) {
    times.push_back(1'700'000'000 + static_cast<double>(i % 100));
    standardised.push_back(static_cast<float>((times.back() - 1'700'000'000) / 30));
    rounded.push_back(static_cast<float>(times.back()));
  }
  const Scores expected = Ensemble(options_, members_).score(standardised);
  options_.standardisation = by_;
  const Ensemble ensemble(options_, members_);
  options_.standardisation->precision = FeaturePrecision::float32;
  const Ensemble earlier(options_, members_);

  EXPECT_EQ(ensemble.score(times).anomaly, expected.anomaly);
  EXPECT_EQ(ensemble.score(data::SampleBlock{{}, {}, times}).anomaly, expected.anomaly);
  EXPECT_EQ(earlier.score(times).anomaly, earlier.score(rounded).anomaly);
  EXPECT_EQ(earlier.score(rounded).anomaly, ensemble.score(rounded).anomaly);
  EXPECT_NE(earlier.score(times).anomaly, expected.anomaly);
}

TEST_F(FeatureEnsembleTest, takes_numbers_that_single_precision_does_not_hold) {
  by_.means = {0, 0, 0, 0, 0};
  by_.deviations = {1e-60, 1e300, 1e-200, 1, 1};
  const std::vector<float> standardised{2, -0.5F, 3, 4, 5};
  const Scores expected = Ensemble(options_, members_).score(standardised);
  options_.standardisation = by_;
  const std::vector<double> features{2e-60, -0.5e300, 3e-200, 4, 5};

  EXPECT_EQ(Ensemble(options_, members_).score(features).anomaly, expected.anomaly);
  options_.standardisation->precision = FeaturePrecision::float32;
  EXPECT_THAT([&] { Ensemble(options_, members_).score(features); },
              ThrowsMessage<UsageError>(HasSubstr("-5e+299 as value 1 of sample 0")));
}

TEST_F(FeatureEnsembleTest, stays_finite_when_features_are_as_far_away_as_numbers_go) {
  const std::vector<float> near(by_.means.begin(), by_.means.end());
  by_.deviations = std::vector<double>(kFeatures, 1e-30);
  options_.standardisation = by_;
  for (const std::string& name : reduce::primary_score_names()) {
    for (const reduce::Merge merge :
         {reduce::Merge::mean, reduce::Merge::max, reduce::Merge::min}) {
      options_.score = reduce::score_named(name);
      options_.merge = merge;
      const Ensemble ensemble(options_, members_);

      const Scores scores = ensemble.score(std::vector<float>{3e38F, -3e38F, 3e38F, 1, 2});

      EXPECT_TRUE(std::isfinite(scores.anomaly[0]));
      EXPECT_TRUE(scores.confidence[0] >= 0 && scores.confidence[0] <= 1) << scores.confidence[0];
      EXPECT_GT(scores.anomaly[0], ensemble.score(near).anomaly[0]);
    }
  }
}

TEST_F(FeatureEnsembleTest, refuses_what_are_no_features_or_standardise_none) {
  const auto refused = [](const auto& action, const char* text) {
    EXPECT_THAT(action, ThrowsMessage<UsageError>(HasSubstr(text)));
  };
  options_.standardisation = by_;
  const Ensemble ensemble(options_, members_);
  refused([&] { ensemble.score(std::vector<float>(6)); }, "6 values are no whole samples of 5");
  refused([&] { ensemble.score(std::vector<std::uint8_t>(5)); }, "bytes of images");
  std::vector<float> nan(2 * kFeatures, 1);
  nan[8] = std::nanf("");
  refused([&] { ensemble.score(nan); }, "nan as value 3 of sample 1; expected finite numbers");
  options_.standardisation->deviations[2] = 0;
  refused([&] { Ensemble(options_, members_); }, "a deviation of 0 to standardise feature 2");
  options_.standardisation->deviations.pop_back();
  refused([&] { Ensemble(options_, members_); }, "5 means and 4 deviations");
}

}  // namespace
}  // namespace clvae::score
