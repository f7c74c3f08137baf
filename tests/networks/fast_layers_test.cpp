#include "networks/fast_layers.hpp"

#include <functional>

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

namespace clvae::networks {
namespace {

using torch::Tensor;

/// Output and gradients of one layer for a random weighting of its output.
struct Outcome {
  Tensor output;
  Tensor input_gradient;
  Tensor weight_gradient;
  Tensor bias_gradient;
};

struct Case {
  std::int64_t batch;
  std::int64_t inputs;
  std::int64_t outputs;
  std::int64_t size;
  std::int64_t stride;
};

using Layer = std::function<Tensor(const Tensor&, const Tensor&, const Tensor&)>;

Outcome outcome_of(const Layer& layer, const Case& shape, bool transposed, torch::ScalarType type) {
  torch::manual_seed(7);
  const auto leaf = [type](const Tensor& values) {
    return values.to(type).detach().requires_grad_();
  };
  const Tensor input = leaf(torch::randn({shape.batch, shape.inputs, shape.size, shape.size})
                                .contiguous(torch::MemoryFormat::ChannelsLast));
  const Tensor weight = leaf(transposed ? torch::randn({shape.inputs, shape.outputs, 3, 3})
                                        : torch::randn({shape.outputs, shape.inputs, 3, 3}));
  const Tensor bias = leaf(torch::randn({shape.outputs}));
  const Tensor output = layer(input, weight, bias);
  torch::manual_seed(8);
  output.backward(torch::randn(output.sizes()).to(type));
  return {output.detach(), input.grad(), weight.grad(), bias.grad()};
}

/// The largest difference, relative to the largest value.
double relative_difference(const Tensor& found, const Tensor& expected) {
  EXPECT_EQ(found.sizes(), expected.sizes());
  return ((found.to(torch::kFloat64) - expected).abs().max() / expected.abs().max()).item<double>();
}

void expect_equal(const Outcome& found, const Outcome& expected) {
  EXPECT_LT(relative_difference(found.output, expected.output), 1e-5);
  EXPECT_LT(relative_difference(found.input_gradient, expected.input_gradient), 1e-5);
  EXPECT_LT(relative_difference(found.weight_gradient, expected.weight_gradient), 1e-5);
  EXPECT_LT(relative_difference(found.bias_gradient, expected.bias_gradient), 1e-5);
}

class FastLayers : public testing::TestWithParam<Case> {};

// The references are LibTorch's own layers in double precision.

TEST_P(FastLayers, equal_a_convolution_when_run_forwards_and_backwards) {
  const Case shape = GetParam();
  if (shape.size % shape.stride != 0) {
    GTEST_SKIP()
        << "a convolution of stride 2 is not built on odd maps: only its transpose has them";
  }
  const auto reference = [&](const Tensor& input, const Tensor& weight, const Tensor& bias) {
    return at::relu(at::conv2d(input, weight, bias, {shape.stride, shape.stride}, {1, 1}));
  };
  const auto fast = [&](const Tensor& input, const Tensor& weight, const Tensor& bias) {
    return convolution_relu(input, weight, bias, shape.stride, torch::kFloat32);
  };

  expect_equal(outcome_of(fast, shape, false, torch::kFloat32),
               outcome_of(reference, shape, false, torch::kFloat64));
}

TEST_P(FastLayers, equal_a_transposed_convolution_when_run_forwards_and_backwards) {
  const Case shape = GetParam();
  const auto reference = [&](const Tensor& input, const Tensor& weight, const Tensor& bias) {
    return at::relu(at::conv_transpose2d(input, weight, bias, {shape.stride, shape.stride}, {1, 1},
                                         {shape.stride - 1, shape.stride - 1}));
  };
  const auto fast = [&](const Tensor& input, const Tensor& weight, const Tensor& bias) {
    return transposed_convolution_relu(input, weight, bias, shape.stride);
  };

  expect_equal(outcome_of(fast, shape, true, torch::kFloat32),
               outcome_of(reference, shape, true, torch::kFloat64));
}

TEST_P(FastLayers, equal_a_transposed_convolution_when_run_to_an_image) {
  const Case shape = GetParam();
  const auto reference = [&](const Tensor& input, const Tensor& weight, const Tensor& bias) {
    return at::conv_transpose2d(input, weight, bias, {1, 1}, {1, 1});
  };

  expect_equal(outcome_of(transposed_convolution_to_image, shape, true, torch::kFloat32),
               outcome_of(reference, shape, true, torch::kFloat64));
}

INSTANTIATE_TEST_SUITE_P(shapes, FastLayers,
                         testing::Values(Case{4, 32, 1, 28, 1}, Case{4, 64, 3, 32, 1},
                                         Case{5, 64, 32, 14, 2}, Case{3, 64, 64, 7, 2},
                                         Case{2, 1, 32, 28, 2}, Case{2, 3, 5, 8, 1},
                                         Case{1, 2, 2, 1, 2}, Case{1, 1, 1, 1, 1},
                                         Case{1, 3, 2, 2, 1}, Case{9, 8, 3, 6, 1}));

TEST(FastLayers, leave_the_incoming_gradient_alone_when_somebody_else_holds_it) {
  const Tensor input =
      torch::randn({2, 4, 6, 6}).contiguous(torch::MemoryFormat::ChannelsLast).requires_grad_();
  const Tensor weight = torch::randn({4, 8, 3, 3}).requires_grad_();
  const Tensor bias = torch::randn({8}).requires_grad_();
  const Tensor output = transposed_convolution_relu(input, weight, bias, 2);
  const Tensor gradient =
      torch::randn(output.sizes()).contiguous(torch::MemoryFormat::ChannelsLast);
  const Tensor before = gradient.clone();

  output.backward(gradient);

  EXPECT_TRUE(torch::equal(gradient, before));
}

TEST(FastLayers, give_the_same_bits_when_the_number_of_threads_differs) {
  const Case shape{8, 16, 16, 14, 2};
  const auto fast = [](const Tensor& input, const Tensor& weight, const Tensor& bias) {
    return transposed_convolution_relu(input, weight, bias, 2);
  };
  at::set_num_threads(1);
  const Outcome one = outcome_of(fast, shape, true, torch::kFloat32);
  at::set_num_threads(2);
  const Outcome two = outcome_of(fast, shape, true, torch::kFloat32);
  at::set_num_threads(1);

  EXPECT_TRUE(torch::equal(one.bias_gradient, two.bias_gradient));
  EXPECT_TRUE(torch::equal(one.output, two.output));
}

}  // namespace
}  // namespace clvae::networks
