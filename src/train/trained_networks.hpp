#pragma once
/// \file
/// What networks with trained weights say of samples.

#include <string>
#include <vector>

#include "core/values.hpp"
#include "networks/architecture.hpp"
#include "train/encode.hpp"

namespace clvae::train {

/// Latents and reconstruction errors by an encoder with its decoder.
/// \param encoder weights in the order of networks::Architecture::encoder_layout  \param decoder
/// likewise  \param values [n, channels, height, width], as members are trained on: bytes 0..255,
/// images in 0..1, or standardised features  \param device "cpu" or "cuda:N"
/// \throws UsageError for weights or values of another size, RunError where the device can't be
/// used
Encoded encoded_by(const networks::ArchitecturePtr& architecture, const std::vector<float>& encoder,
                   const std::vector<float>& decoder, const Values& values,
                   const std::string& device);

/// Logarithms of class probabilities by a classifier, [n, K]. Arguments and errors as above.
std::vector<float> log_probabilities_by(const networks::ArchitecturePtr& architecture, int classes,
                                        const std::vector<float>& features,
                                        const std::vector<float>& head, const Values& values,
                                        const std::string& device);

}  // namespace clvae::train
