#include <algorithm>

#include <ATen/Parallel.h>
#include <torch/csrc/autograd/custom_function.h>

#include "networks/fast_layers.hpp"

namespace clvae::networks {

namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

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

/// One row of channels for each position; a view where the map is channels-last.
Tensor as_rows(const Tensor& map) { return map.permute({0, 2, 3, 1}).reshape({-1, map.size(1)}); }

/// The same back: a channels-last map of that shape.
Tensor as_map(const Tensor& rows, torch::IntArrayRef shape) {
  return rows.view({shape[0], shape[2], shape[3], shape[1]}).permute({0, 3, 1, 2});
}

/// How many images are worked on together. The taps' maps are nine times as large as the images: of
/// few they stay in the cache from one pass to the next, and OpenBLAS multiplies matrices that
/// small as they lie, without packing them. Products of bfloat16 numbers take longer to begin than
/// that saves.
std::int64_t images_together(const Tensor& input) {
  constexpr std::int64_t kFew = 4;
  return input.scalar_type() == torch::kBFloat16 ? input.size(0) : kFew;
}

/// Calls `take(begin, count)` for some images after the other.
template <class Take>
void for_some_images(const Tensor& input, const Take& take) {
  const std::int64_t together = images_together(input);
  for (std::int64_t begin = 0; begin < input.size(0); begin += together) {
    take(begin, std::min(together, input.size(0) - begin));
  }
}

/// The image that the taps' maps add up to, in float32, on top of the bias.
/// \param maps [outputs * 9, positions]  \param image [batch, outputs, height, width], float32
template <class Value>
void add_taps(const Tensor& maps, const Tensor& bias, Tensor& image) {
  const std::int64_t batch = image.size(0);
  const std::int64_t channels = image.size(1);
  const std::int64_t height = image.size(2);
  const std::int64_t width = image.size(3);
  const std::int64_t area = height * width;
  const Value* taps = maps.data_ptr<Value>();
  const float* offsets = bias.data_ptr<float>();
  float* values = image.data_ptr<float>();
  at::parallel_for(0, batch, 8, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t plane = begin * channels; plane < end * channels; ++plane) {
      const std::int64_t channel = plane % channels;
      float* to = values + plane * area;
      std::fill(to, to + area, offsets[channel]);
      for (std::int64_t tap = 0; tap < 9; ++tap) {
        const Value* from = taps + ((channel * 9 + tap) * batch + plane / channels) * area;
        for_each_overlap(shift_of(tap), height, width,
                         [&](std::int64_t out, std::int64_t in, std::int64_t count) {
                           for (std::int64_t x = 0; x < count; ++x) {
                             to[out + x] += static_cast<float>(from[in + x]);
                           }
                         });
      }
    }
  });
}

/// The gradient of every tap's map: the image's gradient, shifted back. [outputs * 9, positions]
template <class Value>
Tensor tap_gradients(const Tensor& gradient) {
  const std::int64_t batch = gradient.size(0);
  const std::int64_t channels = gradient.size(1);
  const std::int64_t height = gradient.size(2);
  const std::int64_t width = gradient.size(3);
  const std::int64_t area = height * width;
  Tensor maps = at::zeros({channels * 9, batch * area}, gradient.options());
  const Value* image = gradient.data_ptr<Value>();
  Value* taps = maps.data_ptr<Value>();
  at::parallel_for(0, channels * 9, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t map = begin; map < end; ++map) {
      for (std::int64_t sample = 0; sample < batch; ++sample) {
        const Value* from = image + (sample * channels + map / 9) * area;
        Value* to = taps + (map * batch + sample) * area;
        for_each_overlap(shift_of(map % 9), height, width,
                         [&](std::int64_t out, std::int64_t in, std::int64_t count) {
                           std::copy(from + out, from + out + count, to + in);
                         });
      }
    }
  });
  return maps;
}

class TransposedConvolutionToImage
    : public torch::autograd::Function<TransposedConvolutionToImage> {
 public:
  static Tensor forward(AutogradContext* context, const Tensor& input, const Tensor& weight,
                        const Tensor& bias) {
    const Tensor matrix = weight.to(input.scalar_type()).view({weight.size(0), -1});
    const Tensor rows = as_rows(input);
    const std::int64_t area = input.size(2) * input.size(3);
    const Tensor image =
        at::empty({input.size(0), weight.size(1), input.size(2), input.size(3)}, bias.options());
    for_some_images(input, [&](std::int64_t begin, std::int64_t count) {
      const Tensor maps = at::mm(matrix.t(), rows.narrow(0, begin * area, count * area).t());
      Tensor images = image.narrow(0, begin, count);
      if (is_narrow(input)) {
        add_taps<at::BFloat16>(maps, bias, images);
      } else {
        add_taps<float>(maps, bias, images);
      }
    });
    context->save_for_backward({input, matrix});
    context->saved_data["shape"] = weight.sizes();
    return image;
  }

  static variable_list backward(AutogradContext* context, variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const Tensor& input = saved[0];
    const Tensor& matrix = saved[1];
    const Tensor gradient = gradients[0].contiguous();
    const Tensor rows = as_rows(input);
    const std::int64_t area = input.size(2) * input.size(3);
    const bool wants_input = context->needs_input_grad(0);
    const Tensor input_gradient = wants_input ? at::empty(rows.sizes(), rows.options()) : Tensor();
    const Tensor weight_gradient = at::zeros(matrix.sizes(), gradient.options());
    for_some_images(input, [&](std::int64_t begin, std::int64_t count) {
      const Tensor few = gradient.narrow(0, begin, count);
      const Tensor maps = is_narrow(input)
                              ? tap_gradients<at::BFloat16>(few.to(input.scalar_type()))
                              : tap_gradients<float>(few);
      if (wants_input) {
        Tensor some = input_gradient.narrow(0, begin * area, count * area);
        at::mm_out(some, maps.t(), matrix.t());
      }
      weight_gradient.add_(at::mm(rows.narrow(0, begin * area, count * area).t(), maps.t()));
    });
    return {wants_input ? as_map(input_gradient, input.sizes()) : Tensor(),
            weight_gradient.view(context->saved_data["shape"].toIntVector()),
            gradient.sum({0, 2, 3})};
  }

 private:
  static bool is_narrow(const Tensor& map) { return map.scalar_type() == torch::kBFloat16; }
};

}  // namespace

torch::Tensor transposed_convolution_to_image(const torch::Tensor& input,
                                              const torch::Tensor& weight,
                                              const torch::Tensor& bias) {
  if (!input.is_cpu()) {
    return at::conv_transpose2d(input, weight.to(input.scalar_type()), {}, {1, 1}, {1, 1})
               .to(torch::kFloat32) +
           bias.view({1, -1, 1, 1});
  }
  return TransposedConvolutionToImage::apply(input, weight, bias);
}

}  // namespace clvae::networks
