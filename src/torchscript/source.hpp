#pragma once
/// \file
/// What the modules compute, as TorchScript.

#include <string>

#include "networks/architecture.hpp"
#include "reduce/score_table.hpp"

namespace clvae::torchscript {

/// The name of a module's tensor, as Architecture::encoder_source takes it: "convolution_1_weight"
/// for "encoder.convolution_1.weight".
std::string tensor_name(const std::string& parameter);

/// Methods of a member: `encode`, `class_scores` and `forward`. They take the encoder's parameters
/// by `tensor_name`; `feature_means`, `feature_deviations` and whether features are rounded to
/// float32 before, `rounds_features`, where inputs are standardised; `class_means`, `whiteners`,
/// `offsets` and the number `scale`: a class scores its offset less `scale` times the squared
/// Mahalanobis distance; and the number `farthest`, by which latents are bounded.
std::string member_source(const networks::Architecture& architecture);

/// Methods of the ensemble: `class_scores` and `forward`. They take the modules `member_0`,
/// `member_1`, ... and the numbers `threshold` and `share_scale`: the log of a class's share is
/// that times its merged score, but for a constant.
/// Where the score is joint, they take its tensors and the number `farthest` as well.
/// \param score can be primary  \param has_threshold else it does not say what is an anomaly
/// \throws UsageError for a merge that merges no classes
std::string ensemble_source(std::size_t members, const reduce::Score& score, reduce::Merge merge,
                            bool has_threshold);

}  // namespace clvae::torchscript
