#include "reduce/gaussians.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "core/random.hpp"
#include "reduce/golden.hpp"

namespace clvae::reduce {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(ClassScores, equal_scipys_densities_when_covariances_are_full_and_ill_conditioned) {
  const auto cases = golden("densities.json");
  ASSERT_EQ(cases.size(), 5U);
  for (const auto& known : cases) {
    const auto dimension = known["dimension"].get<int>();
    const auto latents = known["latents"].get<std::vector<float>>();
    const auto classes = known["classes"].get<std::vector<std::int32_t>>();
    const auto points = known["points"].get<std::vector<float>>();
    const auto expected = known["log_densities"].get<std::vector<double>>();

    const ClassStatistics statistics = class_statistics(latents, classes, 3, dimension);
    const auto scores = class_scores(gaussians_of(statistics), points, GaussianScore());

    ASSERT_EQ(scores.size(), expected.size());
    for (std::size_t i = 0; i < scores.size(); ++i) {
      EXPECT_NEAR(scores[i], expected[i], 1e-10 * std::abs(expected[i])) << dimension << ", " << i;
    }
  }
}

/// Two clusters in the plane, around (0, 0) and (5, 5).
struct Clusters {
  std::vector<float> latents;
  std::vector<std::int32_t> classes;

  explicit Clusters(std::size_t count) {
    RandomStream stream(Seed{4});
    for (std::size_t i = 0; i < count; ++i) {
      const auto label = static_cast<std::int32_t>(i % 2);
      for (int axis = 0; axis < 2; ++axis) {
        latents.push_back(static_cast<float>(stream.normal() + 5.0 * label));
      }
      classes.push_back(label);
    }
  }
};

TEST(ClassScores, differ_by_the_peak_and_by_the_scale_between_scores) {
  const Clusters clusters(100);
  const Gaussians gaussians = fit_gaussians(clusters.latents, clusters.classes, 2, 2);
  const std::vector<float> points = {0.5F, -1.0F, 5.0F, 6.0F};

  const auto density = class_scores(gaussians, points, GaussianScore());
  const auto normalised = class_scores(gaussians, points, {0.5, false});
  const auto distance = class_scores(gaussians, points, {1, false});

  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(density[i], normalised[i] + gaussians.log_peaks[i % 2], 1e-12);
    EXPECT_NEAR(distance[i], 2 * normalised[i], 1e-12);
    EXPECT_LE(distance[i], 0);
  }
}

TEST(FitGaussians, equals_the_gaussians_of_the_statistics) {
  const Clusters clusters(100);

  const Gaussians fit = fit_gaussians(clusters.latents, clusters.classes, 2, 2);

  const Gaussians two_steps =
      gaussians_of(class_statistics(clusters.latents, clusters.classes, 2, 2));
  EXPECT_EQ(fit.means, two_steps.means);
  EXPECT_EQ(fit.whiteners, two_steps.whiteners);
  EXPECT_EQ(fit.log_peaks, two_steps.log_peaks);
}

TEST(FitGaussians, names_the_class_when_its_cluster_has_collapsed) {
  const auto refuses = [](const Clusters& clusters, const char* reason) {
    EXPECT_THAT([&] { fit_gaussians(clusters.latents, clusters.classes, 2, 2); },
                ThrowsMessage<DegenerateClusterError>(HasSubstr(reason)));
  };
  const auto with_class_one = [](auto change) {
    Clusters clusters(60);
    for (std::size_t i = 1; i < 60; i += 2) change(&clusters.latents[2 * i], i);
    return clusters;
  };

  refuses(Clusters(6), "inlier class 0: 3 samples in 2 dimensions");
  refuses(with_class_one([](float* latent, std::size_t) { latent[0] = latent[1] = 1; }),
          "inlier class 1: its covariance is singular");
  refuses(with_class_one([](float* latent, std::size_t i) {
            latent[0] = static_cast<float>(i);
            latent[1] = 2 * static_cast<float>(i);
          }),
          "inlier class 1: its covariance is singular");
  refuses(with_class_one([](float* latent, std::size_t i) {
            if (i == 7) latent[1] = std::nanf("");
          }),
          "inlier class 1: a latent is not finite");
}

}  // namespace
}  // namespace clvae::reduce
