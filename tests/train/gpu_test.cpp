// Losses and gradients of every layer and kind, on a GPU and on the CPU, in float32. Built only
// with a LibTorch for CUDA; tests/gpu.sh runs it.

#include <cmath>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>
#include <torch/cuda.h>
#include <torch/types.h>

#include "core/random.hpp"
#include "networks/architectures.hpp"
#include "networks/centres.hpp"
#include "networks/classifier_network.hpp"
#include "networks/clvae_network.hpp"
#include "networks/fast_layers.hpp"
#include "networks/losses.hpp"
#include "train/device.hpp"

namespace clvae::train {
namespace {

using networks::ArchitecturePtr;
using networks::ReconstructionError;
using torch::Tensor;

const torch::Device kGpu("cuda:0");
constexpr double kMost = 1e-4;  ///< difference, relative to the largest value
constexpr std::int64_t kBatch = 32;
constexpr int kClasses = 9;

/// The largest difference, relative to the largest value. Where all are zero, as gradients of an
/// unused layer, both have to be.
double relative_difference(const Tensor& gpu, const Tensor& cpu) {
  EXPECT_EQ(gpu.sizes(), cpu.sizes());
  const Tensor expected = cpu.to(torch::kFloat64);
  const Tensor found = gpu.to(torch::kCPU, torch::kFloat64);
  const double largest = expected.abs().max().item<double>();
  const double difference = (found - expected).abs().max().item<double>();
  return largest > 0 ? difference / largest : difference;
}

/// What is compared, by name.
using Outcome = std::vector<std::pair<std::string, Tensor>>;

void expect_same(const Outcome& gpu, const Outcome& cpu) {
  ASSERT_EQ(gpu.size(), cpu.size());
  for (std::size_t i = 0; i < cpu.size(); ++i) {
    EXPECT_TRUE(gpu[i].second.is_cuda()) << cpu[i].first;
    EXPECT_LT(relative_difference(gpu[i].second, cpu[i].second), kMost) << cpu[i].first;
  }
}

/// TF32 is off, as in steps of float32.
class GpuTest : public testing::Test {
 protected:
  void SetUp() override {
    prepare(1);
    ASSERT_TRUE(torch::cuda::is_available()) << "there is no GPU";
    at::globalContext().setAllowTF32CuDNN(false);
    at::globalContext().setAllowTF32CuBLAS(false);
    torch::manual_seed(11);
  }
};

// --- Layers.

using Layer = std::function<Tensor(const Tensor& input, const Tensor& weight, const Tensor& bias)>;

struct Inputs {
  Tensor input;
  Tensor weight;
  Tensor bias;
};

/// Whole numbers, and biases halfway between them.
Inputs inputs_of_map(std::int64_t channels, std::int64_t size, std::vector<std::int64_t> weight,
                     std::int64_t outputs) {
  return {torch::randint(-4, 5, {kBatch, channels, size, size}).to(torch::kFloat32),
          torch::randint(-2, 3, weight).to(torch::kFloat32),
          torch::randint(-9, 9, {outputs}).to(torch::kFloat32) + 0.5};
}

Outcome outcome_of(const Layer& layer, const Inputs& inputs, const torch::Device& device) {
  const auto leaf = [&](const Tensor& values) {
    return values.to(device).detach().clone().requires_grad_();
  };
  const Tensor input = leaf(inputs.input.contiguous(torch::MemoryFormat::ChannelsLast));
  const Tensor weight = leaf(inputs.weight);
  const Tensor bias = leaf(inputs.bias);
  const Tensor output = layer(input, weight, bias);
  torch::manual_seed(8);
  output.backward(torch::randn(output.sizes()).to(device));
  return {{"output", output.detach()},
          {"gradient of the input", input.grad()},
          {"gradient of the weight", weight.grad()},
          {"gradient of the bias", bias.grad()}};
}

void expect_same_layer(const Layer& layer, const Inputs& inputs) {
  expect_same(outcome_of(layer, inputs, kGpu), outcome_of(layer, inputs, torch::kCPU));
}

TEST_F(GpuTest, convolves_as_the_cpu_does) {
  for (const std::int64_t stride : {1, 2}) {
    const Layer layer = [stride](const Tensor& input, const Tensor& weight, const Tensor& bias) {
      return networks::convolution_relu(input, weight, bias, stride, torch::kFloat32);
    };
    expect_same_layer(layer, inputs_of_map(1, 28, {32, 1, 3, 3}, 32));
    expect_same_layer(layer, inputs_of_map(64, 16, {128, 64, 3, 3}, 128));
  }
}

TEST_F(GpuTest, convolves_backwards_as_the_cpu_does) {
  for (const std::int64_t stride : {1, 2}) {
    const Layer layer = [stride](const Tensor& input, const Tensor& weight, const Tensor& bias) {
      return networks::transposed_convolution_relu(input, weight, bias, stride);
    };
    expect_same_layer(layer, inputs_of_map(64, 7, {64, 32, 3, 3}, 32));
    expect_same_layer(layer, inputs_of_map(128, 8, {128, 64, 3, 3}, 64));
  }
}

TEST_F(GpuTest, convolves_to_an_image_as_the_cpu_does) {
  expect_same_layer(networks::transposed_convolution_to_image,
                    inputs_of_map(32, 28, {32, 1, 3, 3}, 1));
  expect_same_layer(networks::transposed_convolution_to_image,
                    inputs_of_map(64, 32, {64, 3, 3, 3}, 3));
}

TEST_F(GpuTest, multiplies_in_a_dense_layer_as_the_cpu_does) {
  const networks::Layout layout = [] {
    networks::Layout made;
    networks::add_dense(made, "dense", 3136, 16);
    return made;
  }();
  const Tensor input = torch::randn({kBatch, 3136});
  const auto outcome = [&](const torch::Device& device) -> Outcome {
    networks::FlatWeights weights(layout, device);
    RandomStream stream(Seed{3});
    weights.initialise(stream);
    const Tensor leaf = input.to(device).requires_grad_();
    const Tensor output = networks::dense_layer(weights, 0, leaf);
    output.square().sum().backward();
    return {{"output", output.detach()},
            {"gradient of the input", leaf.grad()},
            {"gradient of the weights", weights.values().grad()}};
  };

  expect_same(outcome(kGpu), outcome(torch::kCPU));
}

// --- Kinds.

struct Network {
  std::string name;
  ArchitecturePtr architecture;
  ReconstructionError error;
};

std::vector<Network> all_networks() {
  using networks::convolutional;
  const auto squared = ReconstructionError::squared;
  return {
      {"mnist", convolutional({1, 28, 28}, 2, 16, {{32, 2}, {64, 2}}), squared},
      {"mnist by cross-entropy", convolutional({1, 28, 28}, 2, 16, {{32, 2}, {64, 2}}),
       ReconstructionError::cross_entropy},
      {"fashion_mnist", convolutional({1, 28, 28}, 3, 16, {{16, 1}, {32, 2}, {64, 2}}), squared},
      {"cifar10", convolutional({3, 32, 32}, 3, 16, {{64, 2}, {128, 2}, {256, 2}}), squared},
      {"features", networks::dense(40, 3, {64, 32}), squared}};
}

/// A few weights of one and minus one for each output, and biases that halve from layer to layer.
/// \param layer of the last weights that were drawn
void draw_exact(networks::FlatWeights& weights, const networks::Layout& layout,
                RandomStream& stream, int& layer) {
  constexpr std::uint64_t kOfEach = 3;
  constexpr int kOfQuarters = 2;  // powers of two, that samples have
  const auto sign = [&] { return stream.below(2) == 0 ? 1.0F : -1.0F; };
  std::vector<float> values;
  for (const networks::Parameter& parameter : layout) {
    // Whose exponential would be rounded.
    const bool is_zero = parameter.name.find("log_variance") != std::string::npos;
    const bool is_weight = parameter.inputs > 0;
    if (is_weight && !is_zero) ++layer;
    for (std::int64_t i = 0; i < parameter.size(); ++i) {
      float value = 0;
      if (!is_zero && !is_weight) value = std::ldexp(sign(), -layer - kOfQuarters);
      if (!is_zero && is_weight) {
        const auto inputs = static_cast<std::uint64_t>(parameter.inputs);
        value = stream.below(inputs) < kOfEach ? sign() : 0.0F;
      }
      values.push_back(value);
    }
  }
  weights.from_vector(values);
}

/// Samples of a network's shape in quarters, with their classes and the noise of their latents.
struct Batch {
  explicit Batch(const Network& network) {
    const networks::SampleSize& size = network.architecture->sample();
    samples = torch::randint(0, 5, {kBatch, size.channels, size.height, size.width}) / 4.0;
    classes = torch::randint(kClasses, {kBatch}, torch::kLong);
    noise = torch::randint(-8, 9, {kBatch, network.architecture->latent_dim()}) / 4.0;
  }
  Tensor samples_on(const torch::Device& device) const {
    return samples.to(device).contiguous(torch::MemoryFormat::ChannelsLast);
  }
  Tensor samples;
  Tensor classes;
  Tensor noise;
};

/// Losses, latents, and all gradients of one step of an autoencoder.
/// \param variant of a CL-VAE's loss; null for a plain VAE, which knows no centres
Outcome step_of(const Network& network, const Batch& batch, const networks::LossOptions* variant,
                const torch::Device& device) {
  networks::ClvaeNetwork made(network.architecture, device);
  RandomStream stream(Seed{5});
  int layer = 0;
  draw_exact(made.encoder(), network.architecture->encoder_layout(), stream, layer);
  draw_exact(made.decoder(), network.architecture->decoder_layout(), stream, layer);
  const int dimension = network.architecture->latent_dim();
  const Tensor centres =
      torch::tensor(networks::class_centres(kClasses, dimension, 3.0), torch::kFloat32)
          .view({kClasses, dimension})
          .to(device)
          .requires_grad_();
  const Tensor samples = batch.samples_on(device);
  const networks::Posterior posterior = made.encode(samples);
  const Tensor latents = networks::sample(posterior, batch.noise.to(device));
  const Tensor errors = network.architecture->errors(made.decode(latents), samples, network.error);
  const networks::Loss loss =
      variant != nullptr
          ? networks::clvae_loss(posterior, latents, errors,
                                 centres.index_select(0, batch.classes.to(device)), *variant)
          : networks::vae_loss(posterior, errors, {});
  loss.total.backward();
  Outcome outcome{{"total loss", loss.total.detach()},
                  {"reconstruction", loss.reconstruction.detach()},
                  {"prior", loss.prior.detach()},
                  {"means", posterior.mean.detach()},
                  {"encoder's gradients", made.encoder().values().grad()},
                  {"decoder's gradients", made.decoder().values().grad()}};
  if (variant != nullptr) outcome.emplace_back("centres' gradients", centres.grad());
  return outcome;
}

TEST_F(GpuTest, makes_the_steps_of_a_clvae_as_the_cpu_does) {
  for (const Network& network : all_networks()) {
    const Batch batch(network);
    for (const auto prior_at : {networks::PriorAt::closed_form, networks::PriorAt::sample}) {
      SCOPED_TRACE(network.name);
      networks::LossOptions variant;
      variant.error = network.error;
      variant.prior_at = prior_at;
      expect_same(step_of(network, batch, &variant, kGpu),
                  step_of(network, batch, &variant, torch::kCPU));
    }
  }
}

TEST_F(GpuTest, makes_the_steps_of_a_plain_vae_as_the_cpu_does) {
  for (const Network& network : all_networks()) {
    SCOPED_TRACE(network.name);
    const Batch batch(network);
    expect_same(step_of(network, batch, nullptr, kGpu),
                step_of(network, batch, nullptr, torch::kCPU));
  }
}

TEST_F(GpuTest, makes_the_steps_of_a_classifier_as_the_cpu_does) {
  for (const Network& network : all_networks()) {
    SCOPED_TRACE(network.name);
    const Batch batch(network);
    const auto outcome = [&](const torch::Device& device) -> Outcome {
      networks::ClassifierNetwork made(network.architecture, kClasses, device);
      RandomStream stream(Seed{6});
      int layer = 0;
      draw_exact(made.features(), network.architecture->feature_layout(), stream, layer);
      draw_exact(made.head(), network.architecture->head_layout(kClasses), stream, layer);
      const Tensor logits = made.logits(batch.samples_on(device));
      const Tensor loss = at::cross_entropy_loss(logits, batch.classes.to(device));
      loss.backward();
      return {{"loss", loss.detach()},
              {"logits", logits.detach()},
              {"layers' gradients", made.features().values().grad()},
              {"head's gradients", made.head().values().grad()}};
    };
    expect_same(outcome(kGpu), outcome(torch::kCPU));
  }
}

}  // namespace
}  // namespace clvae::train
