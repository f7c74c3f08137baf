#include "clvae/reduce/merge.hpp"

#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "clvae/core/random.hpp"

namespace clvae::reduce {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::size_t kSamples = 20;
constexpr std::size_t kClasses = 3;

MemberScores random_log_densities(std::size_t members) {
  RandomStream stream(Seed{9});
  MemberScores scores;
  scores.samples = kSamples;
  scores.classes = kClasses;
  scores.logarithms = true;
  scores.members.resize(members);
  for (auto& member : scores.members) {
    for (std::size_t i = 0; i < kSamples * kClasses; ++i) member.push_back(3 * stream.normal());
  }
  return scores;
}

/// The definition, written out: merge the densities of each class, take the best class, negate.
double naive_anomaly(const MemberScores& scores, std::size_t members, std::size_t sample,
                     Merge merge) {
  std::vector<double> confidences;
  for (std::size_t label = 0; label < kClasses; ++label) {
    std::vector<double> densities;
    for (std::size_t member = 0; member < members; ++member) {
      densities.push_back(std::exp(scores.members[member][sample * kClasses + label]));
    }
    double merged = 0;
    const auto count = static_cast<double>(members);
    if (merge == Merge::mean) {
      for (const double density : densities) merged += density / count;
    } else if (merge == Merge::geometric) {
      merged = 1;
      for (const double density : densities) merged *= std::pow(density, 1 / count);
    } else if (merge == Merge::max) {
      merged = *std::max_element(densities.begin(), densities.end());
    } else {
      merged = *std::min_element(densities.begin(), densities.end());
    }
    confidences.push_back(std::log(merged));
  }
  return -*std::max_element(confidences.begin(), confidences.end());
}

TEST(RunningMerge, equals_the_definition_at_every_size_for_every_merge) {
  const MemberScores scores = random_log_densities(5);
  for (const Merge merge : {Merge::mean, Merge::geometric, Merge::max, Merge::min}) {
    RunningMerge running(scores, merge);
    for (std::size_t size = 1; size <= 5; ++size) {
      running.add(size - 1);
      const auto& anomaly = running.anomaly_scores();
      ASSERT_EQ(anomaly.size(), kSamples);
      for (std::size_t sample = 0; sample < kSamples; ++sample) {
        EXPECT_NEAR(anomaly[sample], naive_anomaly(scores, size, sample, merge), 1e-12)
            << name_of(merge) << " of " << size;
      }
    }
  }
}

TEST(RunningMerge, starts_afresh_when_reset) {
  const MemberScores scores = random_log_densities(3);
  RunningMerge running(scores, Merge::mean);
  running.add(0);
  running.add(1);
  running.reset();
  running.add(2);
  RunningMerge alone(scores, Merge::mean);
  alone.add(2);

  EXPECT_EQ(running.anomaly_scores(), alone.anomaly_scores());
}

TEST(RunningMerge, keeps_far_away_samples_apart_when_densities_would_underflow) {
  MemberScores scores;
  scores.samples = 2;
  scores.classes = 1;
  scores.logarithms = true;
  scores.members = {{-1e5, -2e5}, {-3e5, -2e5}};
  RunningMerge running(scores, Merge::mean);
  running.add(0);
  running.add(1);

  EXPECT_THAT(running.anomaly_scores(),
              ElementsAre(DoubleNear(1e5 + std::log(2.0), 1e-9), DoubleNear(2e5, 1e-9)));
}

TEST(RunningMerge, averages_errors_and_keeps_their_direction) {
  MemberScores errors;
  errors.samples = 2;
  errors.classes = 1;
  errors.higher_is_normal = false;
  errors.members = {{0.1, 0.5}, {0.3, 0.7}};
  RunningMerge running(errors, Merge::mean);
  running.add(0);
  running.add(1);

  EXPECT_THAT(running.anomaly_scores(),
              ElementsAre(DoubleNear(0.2, 1e-15), DoubleNear(0.6, 1e-15)));
}

TEST(RunningMerge, averages_distances_when_values_are_no_logarithms) {
  MemberScores scores;
  scores.samples = 1;
  scores.classes = 2;
  scores.members = {{-1.0, -4.0}, {-5.0, -1.0}};
  RunningMerge running(scores, Merge::mean);
  running.add(0);
  running.add(1);

  EXPECT_THAT(running.anomaly_scores(), ElementsAre(DoubleNear(2.5, 1e-15)));
}

TEST(RunningMerge, is_refused_when_the_merge_makes_no_sense) {
  MemberScores distances;
  distances.samples = distances.classes = 1;
  MemberScores errors = distances;
  errors.higher_is_normal = false;

  EXPECT_THAT([&] { RunningMerge(distances, Merge::geometric); },
              ThrowsMessage<UsageError>(HasSubstr("mahalanobis")));
  EXPECT_THAT([&] { RunningMerge(errors, Merge::max); },
              ThrowsMessage<UsageError>(HasSubstr("not by max")));
  EXPECT_NO_THROW(RunningMerge(distances, Merge::max));
}

TEST(MergeNamed, knows_the_words_of_the_config) {
  for (const Merge merge : {Merge::mean, Merge::geometric, Merge::max, Merge::min}) {
    EXPECT_EQ(merge_named(name_of(merge)), merge);
  }
  EXPECT_EQ(merge_named("median"), std::nullopt);
}

}  // namespace
}  // namespace clvae::reduce
