#pragma once
/// \file
/// 3x3 convolutions that take LibTorch's fast paths on the CPU.
///
/// All take and give float32 maps [batch, channels, height, width] in channels-last memory. On
/// other devices than the CPU they are LibTorch's own layers, which are fast there.

#include <torch/torch.h>

namespace clvae::model {

/// relu(conv2d(input, weight, bias)), padding 1, stride 1 or 2 (even sizes).
/// \param weight [outputs, inputs, 3, 3]
torch::Tensor convolution_relu(const torch::Tensor& input, const torch::Tensor& weight,
                               const torch::Tensor& bias, std::int64_t stride);

/// relu(conv_transpose2d(input, weight, bias)), padding 1, output padding stride - 1: `stride`
/// times the size. LibTorch 1.13 has no fast kernel for it, but it is the input gradient of a
/// convolution, for which there is one. \param weight [inputs, outputs, 3, 3]
torch::Tensor transposed_convolution_relu(const torch::Tensor& input, const torch::Tensor& weight,
                                          const torch::Tensor& bias, std::int64_t stride);

/// conv_transpose2d(input, weight, bias) of stride 1 to the few channels of an image: one matrix
/// product to a map for each tap of the kernel, which are then added, each shifted by its tap.
/// \param weight [inputs, outputs, 3, 3]  \return contiguous
torch::Tensor transposed_convolution_to_image(const torch::Tensor& input,
                                              const torch::Tensor& weight,
                                              const torch::Tensor& bias);

}  // namespace clvae::model
