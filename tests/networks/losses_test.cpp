#include "networks/losses.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "networks/architectures.hpp"

namespace clvae::networks {
namespace {

/// KL divergence of N(mean, variance) from N(centre, 1), by Simpson's rule over 24 standard
/// deviations.
double integrated_divergence(double mean, double variance, double centre) {
  constexpr int kIntervals = 20000;
  constexpr double kLogTwoPi = 1.8378770664093453;
  const double sigma = std::sqrt(variance);
  const double from = mean - 12 * sigma;
  const double step = 24 * sigma / kIntervals;
  double sum = 0;
  for (int i = 0; i <= kIntervals; ++i) {
    const double z = from + i * step;
    const double log_q =
        -0.5 * (kLogTwoPi + std::log(variance) + (z - mean) * (z - mean) / variance);
    const double log_p = -0.5 * (kLogTwoPi + (z - centre) * (z - centre));
    const double weight = i == 0 || i == kIntervals ? 1 : (i % 2 == 1 ? 4 : 2);
    sum += weight * std::exp(log_q) * (log_q - log_p);
  }
  return sum * step / 3;
}

Posterior example_posterior() {
  return {torch::tensor({{0.3, -2.0, 1.0}, {4.0, 0.0, -1.5}}, torch::kFloat64),
          torch::tensor({{-1.0, 0.5, 0.0}, {-3.0, 1.0, -0.2}}, torch::kFloat64)};
}

torch::Tensor example_centres() {
  return torch::tensor({{3.0, 0.0, 0.0}, {1.5, -2.6, 0.7}}, torch::kFloat64);
}

TEST(PriorDivergence, equals_a_numerical_integral_when_in_closed_form) {
  const Posterior posterior = example_posterior();
  const torch::Tensor centres = example_centres();

  const torch::Tensor divergence =
      prior_divergence(posterior, torch::Tensor(), centres, LossOptions{});

  for (int row = 0; row < 2; ++row) {
    double expected = 0;
    for (int i = 0; i < 3; ++i) {
      expected += integrated_divergence(posterior.mean[row][i].item<double>(),
                                        std::exp(posterior.log_variance[row][i].item<double>()),
                                        centres[row][i].item<double>());
    }
    EXPECT_NEAR(divergence[row].item<double>(), expected, 1e-8 * expected);
  }
}

TEST(PriorDivergence, is_a_third_when_averaged_over_three_dimensions) {
  LossOptions averaged;
  averaged.prior_over = Reduce::mean;

  const torch::Tensor sums =
      prior_divergence(example_posterior(), torch::Tensor(), example_centres(), LossOptions{});
  const torch::Tensor means =
      prior_divergence(example_posterior(), torch::Tensor(), example_centres(), averaged);

  EXPECT_TRUE(torch::allclose(3 * means, sums, 1e-14, 0));
}

TEST(PriorDivergence, has_the_sample_in_place_of_the_mean_when_taken_there) {
  LossOptions options;
  options.prior_at = PriorAt::sample;
  const Posterior posterior{torch::tensor({{100.0}}, torch::kFloat64),
                            torch::tensor({{0.7}}, torch::kFloat64)};

  const torch::Tensor divergence =
      prior_divergence(posterior, torch::tensor({{2.5}}, torch::kFloat64),
                       torch::tensor({{1.0}}, torch::kFloat64), options);

  EXPECT_NEAR(divergence.item<double>(), -0.5 * (1 + 0.7 - std::exp(0.7) - 1.5 * 1.5), 1e-14);
}

TEST(Sample, is_mean_plus_sigma_times_noise_when_drawn) {
  const torch::Tensor noise = torch::tensor({{1.0, -1.0, 2.0}, {0.0, 0.5, 1.0}}, torch::kFloat64);

  const torch::Tensor latents = sample(example_posterior(), noise);

  EXPECT_NEAR(latents[0][0].item<double>(), 0.3 + std::exp(-0.5), 1e-14);
  EXPECT_NEAR(latents[0][2].item<double>(), 3.0, 1e-14);
  EXPECT_NEAR(latents[1][0].item<double>(), 4.0, 1e-14);
}

TEST(OverSamples, sums_or_averages_the_values_of_each) {
  const torch::Tensor values = torch::tensor({{{1.0, 2.0}}, {{5.0, 3.0}}}, torch::kFloat64);

  EXPECT_TRUE(
      torch::equal(over_samples(values, Reduce::sum), torch::tensor({3.0, 8.0}, torch::kFloat64)));
  EXPECT_TRUE(
      torch::equal(over_samples(values, Reduce::mean), torch::tensor({1.5, 4.0}, torch::kFloat64)));
}

TEST(ClvaeLoss, weighs_reconstruction_by_alpha_and_prior_by_the_rest) {
  LossOptions options;
  options.alpha = 0.25;
  const torch::Tensor errors = torch::full({2, 1, 2, 2}, 0.25, torch::kFloat64);

  const Loss loss =
      clvae_loss(example_posterior(), example_posterior().mean, errors, example_centres(), options);

  EXPECT_NEAR(loss.reconstruction.item<double>(), 0.25, 1e-14);
  EXPECT_NEAR(loss.total.item<double>(), 0.25 * 0.25 + 0.75 * loss.prior.item<double>(), 1e-13);
}

TEST(VaeLoss, is_the_summed_error_plus_the_divergence_from_the_origin) {
  LossOptions options;  // of which alpha, the error's mean and the sample must not count
  options.alpha = 0.9;
  options.prior_at = PriorAt::sample;
  const Posterior posterior = example_posterior();
  const torch::Tensor errors = torch::full({2, 1, 2, 2}, 0.25, torch::kFloat64);
  double divergence = 0;
  for (int row = 0; row < 2; ++row) {
    for (int i = 0; i < 3; ++i) {
      divergence +=
          integrated_divergence(posterior.mean[row][i].item<double>(),
                                std::exp(posterior.log_variance[row][i].item<double>()), 0) /
          2;
    }
  }

  const Loss loss = vae_loss(posterior, errors, options);

  EXPECT_NEAR(loss.reconstruction.item<double>(), 4 * 0.25, 1e-14);
  EXPECT_NEAR(loss.prior.item<double>(), divergence, 1e-8 * divergence);
  EXPECT_NEAR(loss.total.item<double>(), 1 + divergence, 1e-8 * divergence);
}

// By NumPy, from the formulas as the authors' public code has them.
TEST(VaeLoss, equals_golden_values_when_entropy_is_summed_and_the_prior_averaged) {
  LossOptions options;
  options.prior_over = Reduce::mean;
  const torch::Tensor logits =
      torch::tensor({{{{0.5, -1.0}, {2.0, 0.0}}}, {{{-3.0, 1.5}, {0.25, -0.75}}}}, torch::kFloat64);
  const torch::Tensor images =
      torch::tensor({{{{1.0, 0.25}, {0.5, 0.0}}}, {{{0.0, 0.75}, {0.1, 0.9}}}}, torch::kFloat64);

  const torch::Tensor errors = convolutional({1, 2, 2}, 1, 1, {{1, 1}})
                                   ->errors(logits, images, ReconstructionError::cross_entropy);
  const Loss loss = vae_loss(example_posterior(), errors, options);

  EXPECT_NEAR(loss.reconstruction.item<double>(), 2.6726124594257428, 1e-12);
  EXPECT_NEAR(loss.prior.item<double>(), 2.2202833634813715, 1e-12);
  EXPECT_NEAR(loss.total.item<double>(), 4.892895822907114, 1e-12);
}

}  // namespace
}  // namespace clvae::networks
