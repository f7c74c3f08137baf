#include "fast_layers.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <ATen/Parallel.h>

namespace clvae::model {

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
  return at::convolution_backward(gradient, input, weight, c10::nullopt, {stride, stride}, {1, 1},
                                  {1, 1}, false, {0, 0}, 1, wanted);
}

// The two loops below go over the largest maps, so they must vectorise: pointers that do not
// overlap, and loads that depend on no condition.

/// Adds each channel's offset to one position, and cuts at zero.
inline void add_and_cut(float* __restrict row, const float* __restrict offsets,
                        std::int64_t channels) {
  for (std::int64_t c = 0; c < channels; ++c) {
    const float sum = row[c] + offsets[c];
    row[c] = sum > 0.0F ? sum : 0.0F;
  }
}

/// Lets the gradient of one position pass where the activation is positive, and adds it up.
inline void pass_and_sum(const float* incoming, const float* __restrict activations,
                         float* outgoing, float* __restrict sums, std::int64_t channels) {
  for (std::int64_t c = 0; c < channels; ++c) {
    const float gradient = incoming[c];
    const float kept = activations[c] > 0.0F ? gradient : 0.0F;
    outgoing[c] = kept;
    sums[c] += kept;
  }
}

/// Adds the bias of each channel and cuts at zero, in one pass over a channels-last map.
void add_bias_and_relu(Tensor& map, const Tensor& bias) {
  const std::int64_t channels = map.size(1);
  const std::int64_t positions = map.numel() / channels;
  float* values = map.data_ptr<float>();
  const float* offsets = bias.data_ptr<float>();
  at::parallel_for(0, positions, 4096, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t position = begin; position < end; ++position) {
      add_and_cut(values + position * channels, offsets, channels);
    }
  });
}

struct MaskedGradient {
  Tensor map;
  Tensor bias;
};

/// The gradient before a ReLU with this output, and its sum over all positions, in one pass.
/// Taken by value: where nobody else holds the gradient, its memory is written over.
MaskedGradient relu_gradient(Tensor gradient,  // NOLINT(performance-unnecessary-value-param)
                             const Tensor& output) {
  const bool is_ours_alone = gradient.use_count() == 1 && gradient.storage().use_count() == 1 &&
                             gradient.is_contiguous(kChannelsLast);
  const Tensor source = gradient.contiguous(kChannelsLast);
  Tensor masked = is_ours_alone ? gradient : at::empty_like(source, kChannelsLast);
  const std::int64_t channels = output.size(1);
  const std::int64_t positions = output.numel() / channels;
  Tensor sums = at::zeros({kPieces, channels}, source.options());
  const float* incoming = source.data_ptr<float>();
  const float* activations = output.data_ptr<float>();
  float* outgoing = masked.data_ptr<float>();
  float* partial_sums = sums.data_ptr<float>();
  at::parallel_for(0, kPieces, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t piece = begin; piece < end; ++piece) {
      float* sum = partial_sums + piece * channels;
      const std::int64_t first = positions * piece / kPieces;
      const std::int64_t last = positions * (piece + 1) / kPieces;
      for (std::int64_t i = first * channels; i < last * channels; i += channels) {
        pass_and_sum(incoming + i, activations + i, outgoing + i, sum, channels);
      }
    }
  });
  return {std::move(masked), sums.sum(0)};
}

class ConvolutionRelu : public torch::autograd::Function<ConvolutionRelu> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight,
                        const Tensor& bias, std::int64_t stride) {
    Tensor output = convolve(input, weight, bias, stride).contiguous(kChannelsLast);
    output.relu_();
    context->save_for_backward({input, weight, output});
    context->saved_data["stride"] = stride;
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const std::int64_t stride = context->saved_data["stride"].toInt();
    const MaskedGradient masked = relu_gradient(std::move(gradients[0]), saved[2]);
    auto [input, weight, unused] =
        convolution_gradients(masked.map, saved[0], saved[1], stride,
                              {context->needs_input_grad(0), context->needs_input_grad(1), false});
    return {input, weight, masked.bias, Tensor()};
  }
};

class TransposedConvolutionRelu : public torch::autograd::Function<TransposedConvolutionRelu> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight,
                        const Tensor& bias, std::int64_t stride) {
    // Only the shape of the convolution's input matters for its gradient.
    const Tensor shape =
        at::empty({input.size(0), weight.size(1), input.size(2) * stride, input.size(3) * stride},
                  input.options(), kChannelsLast);
    Tensor output =
        std::get<0>(convolution_gradients(input, shape, weight, stride, {true, false, false}))
            .contiguous(kChannelsLast);
    add_bias_and_relu(output, bias);
    context->save_for_backward({input, weight, output});
    context->saved_data["stride"] = stride;
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const std::int64_t stride = context->saved_data["stride"].toInt();
    const MaskedGradient masked = relu_gradient(std::move(gradients[0]), saved[2]);
    Tensor input;
    if (context->needs_input_grad(0)) input = convolve(masked.map, saved[1], Tensor(), stride);
    Tensor weight;
    if (context->needs_input_grad(1)) {
      weight = std::get<1>(
          convolution_gradients(saved[0], masked.map, saved[1], stride, {false, true, false}));
    }
    return {input, weight, masked.bias, Tensor()};
  }
};

/// Where the values of one tap land: output (y, x) takes input (y + down, x + right).
struct Shift {
  std::int64_t down;
  std::int64_t right;
};

Shift shift_of(std::int64_t tap) { return {1 - tap / 3, 1 - tap % 3}; }

/// Calls `row(output_offset, input_offset, count)` for each image row on which a shifted map
/// overlaps with the image.
template <class Row>
void for_each_overlap(Shift shift, std::int64_t height, std::int64_t width, const Row& row) {
  const std::int64_t left = std::max<std::int64_t>(0, -shift.right);
  const std::int64_t count = width - std::abs(shift.right);
  const std::int64_t top = std::max<std::int64_t>(0, -shift.down);
  const std::int64_t bottom = std::min(height, height - shift.down);
  if (count <= 0) return;
  for (std::int64_t y = top; y < bottom; ++y) {
    row(y * width + left, (y + shift.down) * width + left + shift.right, count);
  }
}

class TransposedConvolutionToImage
    : public torch::autograd::Function<TransposedConvolutionToImage> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight,
                        const Tensor& bias) {
    const std::int64_t batch = input.size(0);
    const std::int64_t channels = weight.size(1);
    const std::int64_t height = input.size(2);
    const std::int64_t width = input.size(3);
    const std::int64_t area = height * width;
    const Tensor rows = as_rows(input);
    const Tensor maps = at::mm(weight.view({weight.size(0), -1}).t(), rows.t());
    Tensor output = at::empty({batch, channels, height, width}, input.options());
    const float* taps = maps.data_ptr<float>();
    const float* offsets = bias.data_ptr<float>();
    float* image = output.data_ptr<float>();
    at::parallel_for(0, batch, 8, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t plane = begin * channels; plane < end * channels; ++plane) {
        const std::int64_t channel = plane % channels;
        float* to = image + plane * area;
        std::fill(to, to + area, offsets[channel]);
        for (std::int64_t tap = 0; tap < 9; ++tap) {
          const float* from = taps + ((channel * 9 + tap) * batch + plane / channels) * area;
          for_each_overlap(shift_of(tap), height, width,
                           [&](std::int64_t out, std::int64_t in, std::int64_t count) {
                             for (std::int64_t x = 0; x < count; ++x) to[out + x] += from[in + x];
                           });
        }
      }
    });
    context->save_for_backward({input, weight});
    return output;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor& input = saved[0];
    const Tensor& weight = saved[1];
    const Tensor gradient = gradients[0].contiguous();
    const Tensor rows = as_rows(input);
    const Tensor maps = tap_gradients(gradient);
    const Tensor matrix = weight.view({weight.size(0), -1});
    Tensor input_gradient;
    if (context->needs_input_grad(0)) {
      input_gradient = at::mm(maps.t(), matrix.t())
                           .view({input.size(0), input.size(2), input.size(3), input.size(1)})
                           .permute({0, 3, 1, 2});
    }
    Tensor weight_gradient = at::mm(rows.t(), maps.t()).view(weight.sizes());
    return {input_gradient, weight_gradient, gradient.sum({0, 2, 3})};
  }

 private:
  /// One row of channels for each position; a view where the map is channels-last.
  static Tensor as_rows(const Tensor& map) {
    return map.permute({0, 2, 3, 1}).reshape({-1, map.size(1)});
  }

  /// The gradient of every tap's map: the image's gradient, shifted back. [outputs * 9, positions]
  static Tensor tap_gradients(const Tensor& gradient) {
    const std::int64_t batch = gradient.size(0);
    const std::int64_t channels = gradient.size(1);
    const std::int64_t height = gradient.size(2);
    const std::int64_t width = gradient.size(3);
    const std::int64_t area = height * width;
    Tensor maps = at::zeros({channels * 9, batch * area}, gradient.options());
    const float* image = gradient.data_ptr<float>();
    float* taps = maps.data_ptr<float>();
    at::parallel_for(0, channels * 9, 1, [&](std::int64_t begin, std::int64_t end) {
      for (std::int64_t map = begin; map < end; ++map) {
        for (std::int64_t sample = 0; sample < batch; ++sample) {
          const float* from = image + (sample * channels + map / 9) * area;
          float* to = taps + (map * batch + sample) * area;
          for_each_overlap(shift_of(map % 9), height, width,
                           [&](std::int64_t out, std::int64_t in, std::int64_t count) {
                             std::copy(from + out, from + out + count, to + in);
                           });
        }
      }
    });
    return maps;
  }
};

}  // namespace

torch::Tensor convolution_relu(const torch::Tensor& input, const torch::Tensor& weight,
                               const torch::Tensor& bias, std::int64_t stride) {
  if (!input.is_cpu()) return at::relu(convolve(input, weight, bias, stride));
  return ConvolutionRelu::apply(input, weight, bias, stride);
}

torch::Tensor transposed_convolution_relu(const torch::Tensor& input, const torch::Tensor& weight,
                                          const torch::Tensor& bias, std::int64_t stride) {
  if (!input.is_cpu()) {
    return at::relu(at::conv_transpose2d(input, weight, bias, {stride, stride}, {1, 1},
                                         {stride - 1, stride - 1}));
  }
  return TransposedConvolutionRelu::apply(input, weight, bias, stride);
}

torch::Tensor transposed_convolution_to_image(const torch::Tensor& input,
                                              const torch::Tensor& weight,
                                              const torch::Tensor& bias) {
  if (!input.is_cpu()) return at::conv_transpose2d(input, weight, bias, {1, 1}, {1, 1});
  return TransposedConvolutionToImage::apply(input, weight, bias);
}

}  // namespace clvae::model
