#pragma once
/// \file
/// 3x3 convolutions that take LibTorch's fast paths on the CPU.
///
/// All take and give maps [batch, channels, height, width] in channels-last memory, of float32 or
/// bfloat16, which decides in which type they compute; weights, biases and their gradients are
/// float32. On other devices than the CPU they are LibTorch's own layers, which are fast there.

#include <torch/types.h>

namespace clvae::networks {

/// relu(conv2d(input, weight, bias)), padding 1, stride 1 or 2 (even sizes).
/// \param weight [outputs, inputs, 3, 3]
/// \param type of the output: the input's, or bfloat16 for an input of float32, which is computed
///   with as it is: that is as fast for the few channels of an image
torch::Tensor convolution_relu(const torch::Tensor& input, const torch::Tensor& weight,
                               const torch::Tensor& bias, std::int64_t stride,
                               torch::ScalarType type);

/// relu(conv_transpose2d(input, weight, bias)), padding 1, output padding stride - 1: `stride`
/// times the size. LibTorch 1.13 has no fast kernel for it, but it is the input gradient of a
/// convolution, for which there is one. \param weight [inputs, outputs, 3, 3]
torch::Tensor transposed_convolution_relu(const torch::Tensor& input, const torch::Tensor& weight,
                                          const torch::Tensor& bias, std::int64_t stride);

/// conv_transpose2d(input, weight, bias) of stride 1 to the few channels of an image: one matrix
/// product to a map for each tap of the kernel, which are then added in float32, each shifted by
/// its tap. \param weight [inputs, outputs, 3, 3]  \return contiguous, float32
torch::Tensor transposed_convolution_to_image(const torch::Tensor& input,
                                              const torch::Tensor& weight,
                                              const torch::Tensor& bias);

}  // namespace clvae::networks
