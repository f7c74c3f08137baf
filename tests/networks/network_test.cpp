#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "networks/architectures.hpp"
#include "networks/clvae_network.hpp"

namespace clvae::networks {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const ArchitecturePtr kMnist = convolutional({1, 28, 28}, 2, 16, {{32, 2}, {64, 2}});
const ArchitecturePtr kFashion = convolutional({1, 28, 28}, 3, 16, {{16, 1}, {32, 2}, {64, 2}});
const ArchitecturePtr kCifar = convolutional({3, 32, 32}, 3, 16, {{64, 2}, {128, 2}, {256, 2}});
const ArchitecturePtr kSmall = convolutional({2, 8, 4}, 3, 5, {{4, 1}, {6, 2}});

ClvaeNetwork drawn_network(const ArchitecturePtr& architecture, std::uint64_t seed) {
  ClvaeNetwork network(architecture, torch::kCPU);
  RandomStream stream(Seed{seed});
  network.initialise(stream);
  return network;
}

TEST(ClvaeNetwork, equals_plain_layers_in_double_precision_when_encoding_and_decoding) {
  const ClvaeNetwork network = drawn_network(kSmall, 3);
  torch::manual_seed(1);
  const torch::Tensor images =
      torch::rand({7, 2, 8, 4}).contiguous(torch::MemoryFormat::ChannelsLast);
  const auto encoder = [&](std::size_t i) { return network.encoder()[i].to(torch::kFloat64); };
  const auto decoder = [&](std::size_t i) { return network.decoder()[i].to(torch::kFloat64); };

  const Posterior posterior = network.encode(images);
  const torch::Tensor logits = network.decode(posterior.mean);

  torch::Tensor map = images.to(torch::kFloat64);
  map = torch::relu(at::conv2d(map, encoder(0), encoder(1), {1, 1}, {1, 1}));
  map = torch::relu(at::conv2d(map, encoder(2), encoder(3), {2, 2}, {1, 1}));
  const torch::Tensor features = map.permute({0, 2, 3, 1}).reshape({7, -1});
  const torch::Tensor hidden = torch::relu(torch::linear(features, encoder(4), encoder(5)));
  const torch::Tensor mean = torch::linear(hidden, encoder(6), encoder(7));
  EXPECT_TRUE(torch::allclose(posterior.mean.to(torch::kFloat64), mean, 1e-5, 1e-6));
  EXPECT_TRUE(torch::allclose(posterior.log_variance.to(torch::kFloat64),
                              torch::linear(hidden, encoder(8), encoder(9)), 1e-5, 1e-6));
  map = torch::relu(torch::linear(mean, decoder(0), decoder(1)))
            .view({7, 4, 2, 6})
            .permute({0, 3, 1, 2});
  map = torch::relu(at::conv_transpose2d(map, decoder(2), decoder(3), {2, 2}, {1, 1}, {1, 1}));
  map = torch::relu(at::conv_transpose2d(map, decoder(4), decoder(5), {1, 1}, {1, 1}));
  map = at::conv_transpose2d(map, decoder(6), decoder(7), {1, 1}, {1, 1});
  EXPECT_TRUE(torch::allclose(logits.to(torch::kFloat64), map, 1e-4, 1e-5));
}

TEST(ClvaeNetwork, mirrors_the_image_size_when_decoding_for_every_architecture) {
  for (const ArchitecturePtr& architecture : {kMnist, kFashion, kCifar, kSmall}) {
    const ClvaeNetwork network(architecture, torch::kCPU);

    const torch::Tensor images = network.decode(torch::zeros({2, architecture->latent_dim()}));

    const SampleSize& size = architecture->sample();
    EXPECT_EQ(images.sizes(),
              (std::vector<std::int64_t>{2, size.channels, size.height, size.width}));
  }
}

// Counted by hand from the layers' sizes.
TEST(ParameterLayout, has_the_published_sizes_when_the_architecture_is_that_of_mnist) {
  EXPECT_EQ(parameters_in(kMnist->encoder_layout()),
            (9 * 32 + 32) + (32 * 9 * 64 + 64) + (3136 * 16 + 16) + 2 * (16 * 2 + 2));
  EXPECT_EQ(parameters_in(kMnist->decoder_layout()),
            (2 * 3136 + 3136) + (64 * 9 * 64 + 64) + (64 * 9 * 32 + 32) + (32 * 9 * 1 + 1));
}

TEST(TrainingFlops, equal_the_known_counts_when_the_architecture_is_the_papers) {
  EXPECT_NEAR(kMnist->training_flops() / 1e6, 40, 0.5);
  EXPECT_NEAR(kFashion->training_flops() / 1e6, 66, 1);
  EXPECT_NEAR(kCifar->training_flops() / 1e6, 353, 3);
}

TEST(FlatWeights, are_glorot_uniform_with_zero_biases_when_initialised) {
  const ClvaeNetwork network = drawn_network(kMnist, 5);

  const torch::Tensor& weight = network.encoder()[2];  // 32 to 64 channels
  const double limit = std::sqrt(6.0 / (32 * 9 + 64 * 9));
  EXPECT_LE(weight.abs().max().item<double>(), limit);
  EXPECT_GT(weight.abs().max().item<double>(), 0.99 * limit);
  EXPECT_NEAR(weight.var().item<double>(), limit * limit / 3, 0.02 * limit * limit);
  EXPECT_EQ(network.encoder()[3].abs().max().item<double>(), 0.0);
}

TEST(FlatWeights, come_back_unchanged_when_copied_out_and_in) {
  const ClvaeNetwork network = drawn_network(kSmall, 1);
  ClvaeNetwork copy(kSmall, torch::kCPU);

  copy.encoder().from_vector(network.encoder().to_vector());

  EXPECT_TRUE(torch::equal(copy.encoder().values(), network.encoder().values()));
  EXPECT_TRUE(torch::equal(copy.encoder()[0], network.encoder()[0]));
  EXPECT_THROW(copy.decoder().from_vector({1.0F, 2.0F}), UsageError);
}

TEST(FlatWeights, gather_all_gradients_in_one_tensor_when_a_loss_is_differentiated) {
  ClvaeNetwork network = drawn_network(kSmall, 1);
  const torch::Tensor latents = torch::ones({2, 3});

  network.decode(latents).square().sum().backward();
  const torch::Tensor once = network.decoder().values().grad().clone();
  network.decoder().clear_gradients();
  network.decode(latents).square().sum().backward();

  EXPECT_GT(once.abs().max().item<double>(), 0);
  EXPECT_TRUE(torch::equal(network.decoder().values().grad(), once));
}

TEST(Convolutional, is_refused_when_it_can_not_be_built) {
  const auto refused = [](const auto& build, const char* part) {
    EXPECT_THAT(build, ThrowsMessage<UsageError>(HasSubstr(part)));
  };

  refused([] { convolutional({1, 28, 28}, 2, 16, {{32, 2}, {64, 2}, {128, 2}}); }, "7 x 7");
  refused([] { convolutional({1, 28, 28}, 2, 16, {{32, 3}}); }, "stride 3");
  refused([] { convolutional({1, 28, 28}, 2, 16, {}); }, "no convolutions");
  refused([] { convolutional({1, 28, 28}, 2, 0, {{32, 2}}); }, "hidden 0");
  refused([] { convolutional({1, 28, 28}, 0, 16, {{32, 2}}); }, "latent_dim 0");
  refused([] { convolutional({1, 0, 28}, 2, 16, {{32, 2}}); }, "samples of 1 x 0 x 28");
}

TEST(Convolutional, says_what_it_is_and_what_it_takes) {
  EXPECT_EQ(kFashion->describe(), "convolutions 16/1, 32/2, 64/2 (channels/stride), dense 16");
  ASSERT_EQ(kFashion->feature_maps().size(), 4U);
  EXPECT_EQ(kFashion->feature_maps()[3].values(), 64 * 7 * 7);
  EXPECT_TRUE(kFashion->inputs().may_be_bytes);
  EXPECT_FALSE(kFashion->inputs().are_standardised);
  EXPECT_TRUE(kFashion->inputs().include(1));
  EXPECT_FALSE(kFashion->inputs().include(1.5F));
}

TEST(Convolutional, has_errors_that_equal_the_formula_when_squared_or_cross_entropy) {
  const torch::Tensor logits = torch::tensor({{{{0.0, 2.0}}}}, torch::kFloat64);
  const torch::Tensor images = torch::tensor({{{{1.0, 0.25}}}}, torch::kFloat64);
  const double second = 1 / (1 + std::exp(-2.0));
  const double squares = 0.25 + (second - 0.25) * (second - 0.25);
  const double entropy = std::log(2.0) - 0.25 * std::log(second) - 0.75 * std::log(1 - second);

  const auto sum = [&](ReconstructionError error) {
    return kSmall->errors(logits, images, error).sum().item<double>();
  };

  EXPECT_NEAR(sum(ReconstructionError::squared), squares, 1e-14);
  EXPECT_NEAR(sum(ReconstructionError::cross_entropy), entropy, 1e-13);
}

}  // namespace
}  // namespace clvae::networks
