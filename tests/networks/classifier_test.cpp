#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "networks/architectures.hpp"
#include "networks/classifier_network.hpp"
#include "networks/clvae_network.hpp"

namespace clvae::networks {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const ArchitecturePtr kMnistClassifier = convolutional({1, 28, 28}, 2, 16, {{32, 2}, {64, 2}});
const ArchitecturePtr kSmallClassifier = convolutional({2, 8, 4}, 3, 5, {{4, 1}, {6, 2}});

ClassifierNetwork drawn_classifier(const ArchitecturePtr& architecture, std::uint64_t seed) {
  ClassifierNetwork network(architecture, 3, torch::kCPU);
  RandomStream stream(Seed{seed});
  network.initialise(stream);
  return network;
}

/// Copies of the parameters in double precision, as leaves.
std::vector<torch::Tensor> doubles_of(const FlatWeights& weights, std::size_t count) {
  std::vector<torch::Tensor> copies;
  for (std::size_t i = 0; i < count; ++i) {
    copies.push_back(weights[i].detach().to(torch::kFloat64).requires_grad_());
  }
  return copies;
}

torch::Tensor flat_gradients(const std::vector<torch::Tensor>& parameters) {
  std::vector<torch::Tensor> parts;
  for (const torch::Tensor& parameter : parameters) parts.push_back(parameter.grad().flatten());
  return torch::cat(parts);
}

TEST(ClassifierNetwork, equals_plain_layers_in_double_precision_in_logits_and_gradients) {
  ClassifierNetwork network = drawn_classifier(kSmallClassifier, 3);
  torch::manual_seed(1);
  const torch::Tensor images =
      torch::rand({7, 2, 8, 4}).contiguous(torch::MemoryFormat::ChannelsLast);
  const torch::Tensor classes = torch::tensor({0, 1, 2, 2, 1, 0, 0}, torch::kInt64);
  const auto features = doubles_of(network.features(), 6);
  const auto head = doubles_of(network.head(), 2);

  const torch::Tensor logits = network.logits(images);
  const torch::Tensor loss = at::cross_entropy_loss(logits, classes);
  loss.backward();

  torch::Tensor map = images.to(torch::kFloat64);
  map = torch::relu(at::conv2d(map, features[0], features[1], {1, 1}, {1, 1}));
  map = torch::relu(at::conv2d(map, features[2], features[3], {2, 2}, {1, 1}));
  const torch::Tensor rows = map.permute({0, 2, 3, 1}).reshape({7, -1});
  const torch::Tensor hidden = torch::relu(torch::linear(rows, features[4], features[5]));
  const torch::Tensor expected = torch::linear(hidden, head[0], head[1]);
  const torch::Tensor expected_loss =
      -torch::log_softmax(expected, 1).gather(1, classes.unsqueeze(1)).mean();
  expected_loss.backward();
  EXPECT_TRUE(torch::allclose(logits.to(torch::kFloat64), expected, 1e-5, 1e-6));
  EXPECT_NEAR(loss.item<double>(), expected_loss.item<double>(), 1e-6);
  EXPECT_TRUE(torch::allclose(network.features().values().grad().to(torch::kFloat64),
                              flat_gradients(features), 1e-4, 1e-6));
  EXPECT_TRUE(torch::allclose(network.head().values().grad().to(torch::kFloat64),
                              flat_gradients(head), 1e-4, 1e-6));
}

TEST(ClassifierNetwork, has_the_encoders_layers_without_its_heads) {
  const auto features = kMnistClassifier->feature_layout();
  const auto encoder = kMnistClassifier->encoder_layout();

  ASSERT_EQ(features.size() + 4, encoder.size());
  for (std::size_t i = 0; i < features.size(); ++i) {
    EXPECT_EQ(features[i].name, encoder[i].name);
    EXPECT_EQ(features[i].shape, encoder[i].shape);
  }
  EXPECT_EQ(parameters_in(features), parameters_in(encoder) - 2 * (16 * 2 + 2));
  EXPECT_EQ(parameters_in(kMnistClassifier->head_layout(9)), 16 * 9 + 9);
}

// Counted by hand: 2 x 9 taps x channels x channels x positions, thrice but for the first layer.
TEST(ClassifierTrainingFlops, equal_a_count_by_hand_when_the_architecture_is_that_of_mnist) {
  const double expected = 2.0 * 2 * 9 * 1 * 32 * 14 * 14 + 3 * 2.0 * 9 * 32 * 64 * 7 * 7 +
                          3 * 2.0 * (3136 * 16 + 16 * 9);
  EXPECT_NEAR(kMnistClassifier->classifier_training_flops(9), expected, 1);
}

TEST(ClassifierNetwork, is_refused_when_there_is_nothing_to_tell_apart) {
  EXPECT_THAT([] { ClassifierNetwork(kMnistClassifier, 1, torch::kCPU); },
              ThrowsMessage<UsageError>(HasSubstr("1 classes")));
}

}  // namespace
}  // namespace clvae::networks
