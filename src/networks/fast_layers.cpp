#include "networks/fast_layers.hpp"

#include <array>

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include "networks/map_passes.hpp"

namespace clvae::networks {

namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr auto kChannelsLast = torch::MemoryFormat::ChannelsLast;

/// Reductions are done in this many pieces, however many threads there are, so that their rounding
/// does not depend on the number of threads.
constexpr std::int64_t kPieces = 64;

Tensor convolve(const Tensor& input, const Tensor& weight, const Tensor& bias,
                std::int64_t stride) {
  return at::conv2d(input, weight, bias, {stride, stride}, {1, 1});
}

std::tuple<Tensor, Tensor, Tensor> convolution_gradients(const Tensor& gradient,
                                                         const Tensor& input, const Tensor& weight,
                                                         std::int64_t stride,
                                                         std::array<bool, 3> wanted) {
  return at::convolution_backward(gradient, input, weight, at::OptionalIntArrayRef(),
                                  {stride, stride}, {1, 1}, {1, 1}, false, {0, 0}, 1, wanted);
}

MapSize size_of(const Tensor& map) { return {map.numel() / map.size(1), map.size(1)}; }

Bfloat16Bits* bits_of(const Tensor& map) {
  return reinterpret_cast<Bfloat16Bits*>(map.data_ptr<at::BFloat16>());
}

template <class In, class Out>
void add_and_cut(AddAndCut<In, Out> pass, const In* in, const Tensor& bias, Out* out,
                 MapSize size) {
  const float* offsets = bias.data_ptr<float>();
  at::parallel_for(0, size.positions, 4096, [&](std::int64_t begin, std::int64_t end) {
    pass(in + begin * size.channels, offsets, out + begin * size.channels,
         {end - begin, size.channels});
  });
}

/// relu(map + bias) as `type`, in one pass over a channels-last map, which is written over where it
/// has that type.
Tensor add_bias_and_relu(const Tensor& map, const Tensor& bias, torch::ScalarType type) {
  const MapSize size = size_of(map);
  if (map.scalar_type() == torch::kBFloat16) {
    add_and_cut(map_passes().add_and_cut_narrow, bits_of(map), bias, bits_of(map), size);
    return map;
  }
  float* values = map.data_ptr<float>();
  if (type == torch::kFloat32) {
    add_and_cut(map_passes().add_and_cut, values, bias, values, size);
    return map;
  }
  Tensor narrow = at::empty_like(map, map.options().dtype(type), kChannelsLast);
  add_and_cut(map_passes().add_cut_and_narrow, values, bias, bits_of(narrow), size);
  return narrow;
}

struct MaskedGradient {
  Tensor map;
  Tensor bias;
};

/// \return the sum over all positions [channels]
template <class Value, class Out>
Tensor pass_and_sum(PassAndSum<Value, Out> pass, const Value* gradient, const Value* activations,
                    Out* out, MapSize size) {
  Tensor sums = at::zeros({kPieces, size.channels}, torch::kFloat32);
  float* partial_sums = sums.data_ptr<float>();
  at::parallel_for(0, kPieces, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t piece = begin; piece < end; ++piece) {
      const std::int64_t first = size.positions * piece / kPieces;
      const std::int64_t last = size.positions * (piece + 1) / kPieces;
      const std::int64_t offset = first * size.channels;
      pass(gradient + offset, activations + offset, out + offset,
           partial_sums + piece * size.channels, {last - first, size.channels});
    }
  });
  return sums.sum(0);
}

/// The gradient before a ReLU with this output, as `type`, and its sum over all positions, in one
/// pass. Taken by value: where nobody else holds the gradient, its memory is written over.
MaskedGradient relu_gradient(Tensor gradient,  // NOLINT(performance-unnecessary-value-param)
                             const Tensor& output, torch::ScalarType type) {
  const bool is_ours_alone = gradient.use_count() == 1 && gradient.storage().use_count() == 1 &&
                             gradient.is_contiguous(kChannelsLast) &&
                             gradient.scalar_type() == type;
  const Tensor source = gradient.contiguous(kChannelsLast);
  Tensor masked = is_ours_alone
                      ? gradient
                      : at::empty_like(source, source.options().dtype(type), kChannelsLast);
  const MapSize size = size_of(output);
  const MapPasses& passes = map_passes();
  Tensor sums;
  if (source.scalar_type() == torch::kFloat32) {
    sums = pass_and_sum(passes.pass_and_sum, source.data_ptr<float>(), output.data_ptr<float>(),
                        masked.data_ptr<float>(), size);
  } else if (type == torch::kFloat32) {
    sums = pass_and_sum(passes.pass_widen_and_sum, bits_of(source), bits_of(output),
                        masked.data_ptr<float>(), size);
  } else {
    sums = pass_and_sum(passes.pass_and_sum_narrow, bits_of(source), bits_of(output),
                        bits_of(masked), size);
  }
  return {std::move(masked), std::move(sums)};
}

/// What a float32 weight takes as its gradient.
Tensor as_float(const Tensor& gradient) {
  return gradient.defined() ? gradient.to(torch::kFloat32) : gradient;
}

class ConvolutionRelu : public torch::autograd::Function<ConvolutionRelu> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight,
                        const Tensor& bias, std::int64_t stride, torch::ScalarType type) {
    const Tensor kernel = weight.to(input.scalar_type());
    Tensor output;
    if (type == torch::kFloat32) {
      output = convolve(input, kernel, bias, stride).contiguous(kChannelsLast);
      output.relu_();
    } else {
      const Tensor map = convolve(input, kernel, Tensor(), stride).contiguous(kChannelsLast);
      output = add_bias_and_relu(map, bias, type);
    }
    context->save_for_backward({input, kernel, output});
    context->saved_data["stride"] = stride;
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const std::int64_t stride = context->saved_data["stride"].toInt();
    const MaskedGradient masked =
        relu_gradient(std::move(gradients[0]), saved[2], saved[0].scalar_type());
    auto [input, weight, unused] =
        convolution_gradients(masked.map, saved[0], saved[1], stride,
                              {context->needs_input_grad(0), context->needs_input_grad(1), false});
    return {input, as_float(weight), masked.bias, Tensor(), Tensor()};
  }
};

class TransposedConvolutionRelu : public torch::autograd::Function<TransposedConvolutionRelu> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight,
                        const Tensor& bias, std::int64_t stride) {
    const Tensor kernel = weight.to(input.scalar_type());
    // Only the shape of the convolution's input matters for its gradient.
    const Tensor shape =
        at::empty({input.size(0), weight.size(1), input.size(2) * stride, input.size(3) * stride},
                  input.options(), kChannelsLast);
    const Tensor map =
        std::get<0>(convolution_gradients(input, shape, kernel, stride, {true, false, false}))
            .contiguous(kChannelsLast);
    Tensor output = add_bias_and_relu(map, bias, input.scalar_type());
    context->save_for_backward({input, kernel, output});
    context->saved_data["stride"] = stride;
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const std::int64_t stride = context->saved_data["stride"].toInt();
    const MaskedGradient masked =
        relu_gradient(std::move(gradients[0]), saved[2], saved[0].scalar_type());
    Tensor input;
    if (context->needs_input_grad(0)) input = convolve(masked.map, saved[1], Tensor(), stride);
    Tensor weight;
    if (context->needs_input_grad(1)) {
      weight = std::get<1>(
          convolution_gradients(saved[0], masked.map, saved[1], stride, {false, true, false}));
    }
    return {input, as_float(weight), masked.bias, Tensor()};
  }
};

}  // namespace

torch::Tensor convolution_relu(const torch::Tensor& input, const torch::Tensor& weight,
                               const torch::Tensor& bias, std::int64_t stride,
                               torch::ScalarType type) {
  if (!input.is_cpu()) {
    return at::relu(convolve(input.to(type), weight.to(type), bias.to(type), stride));
  }
  return ConvolutionRelu::apply(input, weight, bias, stride, type);
}

torch::Tensor transposed_convolution_relu(const torch::Tensor& input, const torch::Tensor& weight,
                                          const torch::Tensor& bias, std::int64_t stride) {
  if (!input.is_cpu()) {
    const torch::ScalarType type = input.scalar_type();
    return at::relu(at::conv_transpose2d(input, weight.to(type), bias.to(type), {stride, stride},
                                         {1, 1}, {stride - 1, stride - 1}));
  }
  return TransposedConvolutionRelu::apply(input, weight, bias, stride);
}

}  // namespace clvae::networks
