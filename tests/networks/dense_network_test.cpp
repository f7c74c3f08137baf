// Encoder and decoder of vectors of features.

#include <cmath>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "networks/architectures.hpp"
#include "networks/classifier_network.hpp"
#include "networks/clvae_network.hpp"
#include "networks/losses.hpp"

namespace clvae::networks {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// Ten features, layers of 6 and 4 units, three latent dimensions.
ArchitecturePtr dense_architecture() { return dense(10, 3, {6, 4}); }

TEST(DenseNetwork, equals_plain_layers_in_double_precision_when_encoding_and_decoding) {
  ClvaeNetwork network(dense_architecture(), torch::kCPU);
  RandomStream stream(Seed{3});
  network.initialise(stream);
  torch::manual_seed(1);
  const torch::Tensor samples = torch::randn({7, 10, 1, 1});
  const auto encoder = [&](std::size_t i) { return network.encoder()[i].to(torch::kFloat64); };
  const auto decoder = [&](std::size_t i) { return network.decoder()[i].to(torch::kFloat64); };

  const Posterior posterior = network.encode(samples);
  const torch::Tensor decoded = network.decode(posterior.mean);

  torch::Tensor values = samples.to(torch::kFloat64).view({7, 10});
  values = torch::relu(torch::linear(values, encoder(0), encoder(1)));
  values = torch::relu(torch::linear(values, encoder(2), encoder(3)));
  const torch::Tensor mean = torch::linear(values, encoder(4), encoder(5));
  EXPECT_TRUE(torch::allclose(posterior.mean.to(torch::kFloat64), mean, 1e-5, 1e-6));
  EXPECT_TRUE(torch::allclose(posterior.log_variance.to(torch::kFloat64),
                              torch::linear(values, encoder(6), encoder(7)), 1e-5, 1e-6));
  values = torch::relu(torch::linear(mean, decoder(0), decoder(1)));
  values = torch::relu(torch::linear(values, decoder(2), decoder(3)));
  values = torch::linear(values, decoder(4), decoder(5)).view({7, 10, 1, 1});
  EXPECT_TRUE(torch::allclose(decoded.to(torch::kFloat64), values, 1e-5, 1e-6));
}

TEST(DenseNetwork, has_the_parameters_and_products_of_its_layers) {
  const ArchitecturePtr architecture = dense_architecture();

  EXPECT_EQ(parameters_in(architecture->encoder_layout()),
            (10 * 6 + 6) + (6 * 4 + 4) + 2 * (4 * 3 + 3));
  EXPECT_EQ(parameters_in(architecture->decoder_layout()),
            (3 * 4 + 4) + (4 * 6 + 6) + (6 * 10 + 10));
  EXPECT_EQ(parameters_in(architecture->feature_layout()), (10 * 6 + 6) + (6 * 4 + 4));
  EXPECT_EQ(parameters_in(architecture->head_layout(5)), 4 * 5 + 5);
  // Forward, and backward for inputs and weights; two heads and one way back.
  EXPECT_EQ(architecture->training_flops(), 6 * (2 * (60 + 24) + 3 * 12));
  EXPECT_EQ(architecture->classifier_training_flops(5), 6 * (60 + 24 + 20));
  EXPECT_EQ(
      ClassifierNetwork(architecture, 5, torch::kCPU).logits(torch::zeros({2, 10, 1, 1})).sizes(),
      (std::vector<std::int64_t>{2, 5}));
}

TEST(DenseNetwork, is_refused_when_there_is_no_layer_or_one_has_no_units) {
  EXPECT_THAT([] { dense(10, 3, {}); }, ThrowsMessage<UsageError>(HasSubstr("no dense layers")));
  EXPECT_THAT(
      [] {
        dense(10, 3, {6, 0});
      },
      ThrowsMessage<UsageError>(HasSubstr("a layer of 0 units")));
  EXPECT_THAT([] { dense(0, 3, {6}); },
              ThrowsMessage<UsageError>(HasSubstr("samples of 0 x 1 x 1")));
}

TEST(DenseNetwork, says_what_it_is_and_what_it_takes) {
  const ArchitecturePtr architecture = dense_architecture();

  EXPECT_EQ(architecture->describe(), "dense 6, 4");
  ASSERT_EQ(architecture->feature_maps().size(), 3U);
  EXPECT_EQ(architecture->feature_maps()[1].values(), 6);
  EXPECT_TRUE(architecture->inputs().are_standardised);
  EXPECT_FALSE(architecture->inputs().may_be_bytes);
  EXPECT_TRUE(architecture->inputs().include(-3e38F));
  EXPECT_FALSE(architecture->inputs().include(std::numeric_limits<float>::infinity()));
  EXPECT_FALSE(architecture->inputs().include(std::nanf("")));
}

TEST(DenseNetwork, has_the_squared_error_of_what_is_decoded_and_no_entropy) {
  const torch::Tensor decoded = torch::tensor({{-2.0F, 3.0F}});
  const torch::Tensor features = torch::tensor({{-1.0F, 5.0F}});

  const torch::Tensor errors =
      dense_architecture()->errors(decoded, features, ReconstructionError::squared);

  EXPECT_TRUE(torch::equal(errors, torch::tensor({{1.0F, 4.0F}})));
  EXPECT_EQ(over_samples(errors, Reduce::sum).item<float>(), 5.0F);
  EXPECT_EQ(over_samples(errors, Reduce::mean).item<float>(), 2.5F);
  EXPECT_THAT([] { dense_architecture()->require(ReconstructionError::cross_entropy); },
              ThrowsMessage<UsageError>(HasSubstr("features are no probabilities")));
}

}  // namespace
}  // namespace clvae::networks
