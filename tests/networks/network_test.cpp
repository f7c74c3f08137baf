#include <algorithm>
#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "networks/clvae_network.hpp"

namespace clvae::networks {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const Architecture kMnist{1, 28, 28, 2, 16, {{32, 2}, {64, 2}}};
const Architecture kFashion{1, 28, 28, 3, 16, {{16, 1}, {32, 2}, {64, 2}}};
const Architecture kCifar{3, 32, 32, 3, 16, {{64, 2}, {128, 2}, {256, 2}}};
const Architecture kSmall{2, 8, 4, 3, 5, {{4, 1}, {6, 2}}};

ClvaeNetwork drawn_network(const Architecture& architecture, std::uint64_t seed) {
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
  for (const Architecture& architecture : {kMnist, kFashion, kCifar, kSmall}) {
    const ClvaeNetwork network(architecture, torch::kCPU);

    const torch::Tensor images = network.decode(torch::zeros({2, architecture.latent_dim}));

    EXPECT_EQ(images.sizes(), (std::vector<std::int64_t>{2, architecture.channels,
                                                         architecture.height, architecture.width}));
  }
}

// Counted by hand from the layers' sizes.
TEST(ParameterLayout, has_the_published_sizes_when_the_architecture_is_that_of_mnist) {
  EXPECT_EQ(encoder_parameters(kMnist),
            (9 * 32 + 32) + (32 * 9 * 64 + 64) + (3136 * 16 + 16) + 2 * (16 * 2 + 2));
  EXPECT_EQ(decoder_parameters(kMnist),
            (2 * 3136 + 3136) + (64 * 9 * 64 + 64) + (64 * 9 * 32 + 32) + (32 * 9 * 1 + 1));
}

TEST(TrainingFlops, equal_the_known_counts_when_the_architecture_is_the_papers) {
  EXPECT_NEAR(training_flops(kMnist) / 1e6, 40, 0.5);
  EXPECT_NEAR(training_flops(kFashion) / 1e6, 66, 1);
  EXPECT_NEAR(training_flops(kCifar) / 1e6, 353, 3);
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

TEST(Architecture, is_refused_when_it_can_not_be_built) {
  const auto with = [](auto change) {
    Architecture architecture = kMnist;
    change(architecture);
    return architecture;
  };

  EXPECT_THAT([&] { check(with([](auto& a) {
                      a.convolutions.push_back({128, 2});
                    })); },
              ThrowsMessage<UsageError>(HasSubstr("7 x 7")));
  EXPECT_THAT([&] { check(with([](auto& a) { a.convolutions[0].stride = 3; })); },
              ThrowsMessage<UsageError>(HasSubstr("stride 3")));
  EXPECT_THAT([&] { check(with([](auto& a) { a.convolutions.clear(); })); },
              ThrowsMessage<UsageError>(HasSubstr("no convolutions")));
  EXPECT_THAT([&] { check(with([](auto& a) { a.latent_dim = 0; })); },
              ThrowsMessage<UsageError>(HasSubstr("latent_dim 0")));
  EXPECT_THAT([&] { check(with([](auto& a) { a.height = 0; })); },
              ThrowsMessage<UsageError>(HasSubstr("images of")));
}

}  // namespace
}  // namespace clvae::networks
