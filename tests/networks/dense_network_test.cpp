// Encoder and decoder of vectors of features.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "networks/classifier_network.hpp"
#include "networks/clvae_network.hpp"
#include "networks/losses.hpp"

namespace clvae::networks {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

/// Ten features, layers of 6 and 4 units, three latent dimensions.
Architecture dense_architecture() {
  Architecture architecture{10, 1, 1, 3, 0, {}};
  architecture.layers = {6, 4};
  return architecture;
}

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
  const Architecture architecture = dense_architecture();

  EXPECT_EQ(encoder_parameters(architecture), (10 * 6 + 6) + (6 * 4 + 4) + 2 * (4 * 3 + 3));
  EXPECT_EQ(decoder_parameters(architecture), (3 * 4 + 4) + (4 * 6 + 6) + (6 * 10 + 10));
  EXPECT_EQ(feature_parameters(architecture), (10 * 6 + 6) + (6 * 4 + 4));
  EXPECT_EQ(head_parameters(architecture, 5), 4 * 5 + 5);
  // Forward, and backward for inputs and weights; two heads and one way back.
  EXPECT_EQ(training_flops(architecture), 6 * (2 * (60 + 24) + 3 * 12));
  EXPECT_EQ(classifier_training_flops(architecture, 5), 6 * (60 + 24 + 20));
  EXPECT_EQ(
      ClassifierNetwork(architecture, 5, torch::kCPU).logits(torch::zeros({2, 10, 1, 1})).sizes(),
      (std::vector<std::int64_t>{2, 5}));
}

TEST(DenseNetwork, is_refused_when_samples_are_images_or_a_layer_has_no_units) {
  Architecture architecture = dense_architecture();
  architecture.height = 2;
  EXPECT_THAT([&] { check(architecture); },
              ThrowsMessage<UsageError>(HasSubstr("dense layers for images")));
  architecture = dense_architecture();
  architecture.layers = {6, 0};
  EXPECT_THAT([&] { check(architecture); },
              ThrowsMessage<UsageError>(HasSubstr("a layer of 0 units")));
}

TEST(ReconstructionError, takes_features_as_they_are_decoded) {
  const torch::Tensor decoded = torch::tensor({{-2.0F, 3.0F}});
  const torch::Tensor features = torch::tensor({{-1.0F, 5.0F}});

  const auto error = [&](Reduce over) {
    return reconstruction_error(decoded, features, ReconstructionError::squared_values, over)
        .item<float>();
  };
  EXPECT_EQ(error(Reduce::sum), 5.0F);
  EXPECT_EQ(error(Reduce::mean), 2.5F);
}

}  // namespace
}  // namespace clvae::networks
