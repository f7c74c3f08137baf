// The layers on maps of bfloat16, against double precision on the same numbers.

#include <functional>

#include <gtest/gtest.h>

#include "networks/fast_layers.hpp"
#include "networks/precision.hpp"

namespace clvae::networks {
namespace {

using torch::Tensor;

/// The largest error of rounding to 8 significant bits, relative to the value.
constexpr double kRounding = 1.0 / 256;
/// What float32 sums of at most some 100,000 exact products may lack.
constexpr double kAddition = 1e-5;

struct NarrowCase {
  std::int64_t batch;
  std::int64_t inputs;
  std::int64_t outputs;
  std::int64_t size;
  std::int64_t stride;
};

struct Operands {
  Tensor input;
  Tensor weight;
  Tensor bias;
};

/// Numbers that bfloat16 holds exactly, so that a product of two of them is exact in float32.
Tensor random_numbers(at::IntArrayRef shape) {
  return torch::randn(shape).to(torch::kBFloat16).to(torch::kFloat32);
}

Operands operands(const NarrowCase& shape, bool transposed) {
  torch::manual_seed(7);
  return {random_numbers({shape.batch, shape.inputs, shape.size, shape.size})
              .contiguous(torch::MemoryFormat::ChannelsLast),
          transposed ? random_numbers({shape.inputs, shape.outputs, 3, 3})
                     : random_numbers({shape.outputs, shape.inputs, 3, 3}),
          random_numbers({shape.outputs})};
}

struct NarrowOutcome {
  Tensor output;
  Tensor input_gradient;
  Tensor weight_gradient;
  Tensor bias_gradient;
};

using Layer = std::function<Tensor(const Tensor&, const Tensor&, const Tensor&)>;

NarrowOutcome outcome_of(const Layer& layer, const Operands& operands, torch::ScalarType input_type,
                         torch::ScalarType weight_type) {
  const Tensor input = operands.input.to(input_type).detach().requires_grad_();
  const Tensor weight = operands.weight.to(weight_type).detach().requires_grad_();
  const Tensor bias = operands.bias.to(weight_type).detach().requires_grad_();
  const Tensor output = layer(input, weight, bias);
  torch::manual_seed(8);
  output.backward(random_numbers(output.sizes()).to(output.scalar_type()));
  return {output.detach(), input.grad(), weight.grad(), bias.grad()};
}

/// What double precision makes of it. A sum near zero may be cut in one and not in the other, so
/// that the gradient takes the cuts of the layer that is tested.
NarrowOutcome reference(const Layer& layer, const Operands& operands, const Tensor& found_output,
                        bool is_cut) {
  const Layer cut_alike = [&](const Tensor& input, const Tensor& weight, const Tensor& bias) {
    const Tensor sum = layer(input, weight, bias);
    return is_cut ? sum * found_output.gt(0).to(torch::kFloat64) : sum;
  };
  NarrowOutcome expected = outcome_of(cut_alike, operands, torch::kFloat64, torch::kFloat64);
  const Tensor sum = layer(operands.input.to(torch::kFloat64), operands.weight.to(torch::kFloat64),
                           operands.bias.to(torch::kFloat64));
  expected.output = is_cut ? at::relu(sum) : sum;
  return expected;
}

/// The largest difference, relative to the largest value.
double narrow_difference(const Tensor& found, const Tensor& expected) {
  EXPECT_EQ(found.sizes(), expected.sizes());
  return ((found.to(torch::kFloat64) - expected).abs().max() / expected.abs().max()).item<double>();
}

void expect_within(const NarrowOutcome& found, const NarrowOutcome& expected, double output_bound,
                   double input_bound, double weight_bound) {
  EXPECT_LT(narrow_difference(found.output, expected.output), output_bound);
  EXPECT_LT(narrow_difference(found.input_gradient, expected.input_gradient), input_bound);
  EXPECT_LT(narrow_difference(found.weight_gradient, expected.weight_gradient), weight_bound);
  EXPECT_LT(narrow_difference(found.bias_gradient, expected.bias_gradient), kAddition);
  EXPECT_EQ(found.weight_gradient.scalar_type(), torch::kFloat32);
  EXPECT_EQ(found.bias_gradient.scalar_type(), torch::kFloat32);
}

class Bfloat16Layers : public testing::TestWithParam<NarrowCase> {
 protected:
  void SetUp() override {
    if (!processor_has_bfloat16()) {
      GTEST_SKIP() << "this processor has no bfloat16, and emulations add up otherwise";
    }
  }
};

TEST_P(Bfloat16Layers, lose_only_the_roundings_of_maps_when_they_are_convolutions) {
  const NarrowCase shape = GetParam();
  if (shape.size % shape.stride != 0) {
    GTEST_SKIP()
        << "a convolution of stride 2 is not built on odd maps: only its transpose has them";
  }
  const Operands all = operands(shape, false);
  const Layer plain = [&](const Tensor& input, const Tensor& weight, const Tensor& bias) {
    return at::conv2d(input, weight, bias, {shape.stride, shape.stride}, {1, 1});
  };
  const Layer fast = [&](const Tensor& input, const Tensor& weight, const Tensor& bias) {
    return convolution_relu(input, weight, bias, shape.stride, torch::kBFloat16);
  };

  // Rounded before and after the bias is added, which may cancel half of it.
  const NarrowOutcome narrow = outcome_of(fast, all, torch::kBFloat16, torch::kFloat32);
  EXPECT_EQ(narrow.output.scalar_type(), torch::kBFloat16);
  expect_within(narrow, reference(plain, all, narrow.output, true), 3 * kRounding,
                kRounding + kAddition, kRounding + kAddition);
  // An image is float32: all but the output is, too.
  const NarrowOutcome first = outcome_of(fast, all, torch::kFloat32, torch::kFloat32);
  EXPECT_EQ(first.output.scalar_type(), torch::kBFloat16);
  expect_within(first, reference(plain, all, first.output, true), kRounding + kAddition, kAddition,
                kAddition);
}

TEST_P(Bfloat16Layers, lose_only_the_roundings_of_maps_when_they_are_transposed_convolutions) {
  const NarrowCase shape = GetParam();
  const Operands all = operands(shape, true);
  const Layer plain = [&](const Tensor& input, const Tensor& weight, const Tensor& bias) {
    return at::conv_transpose2d(input, weight, bias, {shape.stride, shape.stride}, {1, 1},
                                {shape.stride - 1, shape.stride - 1});
  };
  const Layer fast = [&](const Tensor& input, const Tensor& weight, const Tensor& bias) {
    return transposed_convolution_relu(input, weight, bias, shape.stride);
  };

  const NarrowOutcome found = outcome_of(fast, all, torch::kBFloat16, torch::kFloat32);

  EXPECT_EQ(found.output.scalar_type(), torch::kBFloat16);
  expect_within(found, reference(plain, all, found.output, true), 3 * kRounding,
                kRounding + kAddition, kRounding + kAddition);
}

TEST_P(Bfloat16Layers, lose_only_the_roundings_of_taps_when_they_end_in_an_image) {
  const NarrowCase shape = GetParam();
  const Operands all = operands(shape, true);
  const Layer plain = [&](const Tensor& input, const Tensor& weight, const Tensor& bias) {
    return at::conv_transpose2d(input, weight, bias, {1, 1}, {1, 1});
  };

  const NarrowOutcome found =
      outcome_of(transposed_convolution_to_image, all, torch::kBFloat16, torch::kFloat32);

  EXPECT_EQ(found.output.scalar_type(), torch::kFloat32);
  // Nine taps are rounded, each at most as large as the largest output.
  expect_within(found, reference(plain, all, found.output, false), 9 * kRounding,
                kRounding + kAddition, kRounding + kAddition);
}

INSTANTIATE_TEST_SUITE_P(shapes, Bfloat16Layers,
                         testing::Values(NarrowCase{4, 32, 1, 28, 1}, NarrowCase{4, 64, 3, 32, 1},
                                         NarrowCase{5, 64, 32, 14, 2}, NarrowCase{3, 64, 64, 7, 2},
                                         NarrowCase{2, 16, 32, 28, 2}, NarrowCase{2, 3, 5, 8, 1},
                                         NarrowCase{3, 8, 4, 4, 2}));

}  // namespace
}  // namespace clvae::networks
