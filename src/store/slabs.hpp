#pragma once
/// \file
/// The member datasets' names in a run file, used for writing and for reading.

#include <string>

namespace clvae::slab {

inline constexpr const char* kTrainLatents = "train_latents";
/// In place of `kTrainLatents` where those are not kept.
inline constexpr const char* kClassMeans = "train_latent_means";
inline constexpr const char* kClassCovariances = "train_latent_covariances";
inline constexpr const char* kReferenceLatents = "reference_latents";
inline constexpr const char* kValidationLatents = "validation_latents";
inline constexpr const char* kTestLatents = "test_latents";
inline constexpr const char* kValidationErrors = "validation_reconstruction_errors";
inline constexpr const char* kTestErrors = "test_reconstruction_errors";
inline constexpr const char* kLossHistory = "loss_history";
inline constexpr const char* kEncoderWeights = "encoder_weights";
inline constexpr const char* kDecoderWeights = "decoder_weights";
inline constexpr const char* kLearnedCentres = "learned_centres";

inline constexpr const char* kValidationLogProbabilities = "validation_class_log_probabilities";
inline constexpr const char* kTestLogProbabilities = "test_class_log_probabilities";
inline constexpr const char* kHeadWeights = "head_weights";

inline constexpr const char* kValidationLogLikelihoods = "validation_class_log_likelihoods";
inline constexpr const char* kTestLogLikelihoods = "test_class_log_likelihoods";
inline constexpr const char* kPcaMeans = "pca_means";
inline constexpr const char* kPcaComponents = "pca_components";
inline constexpr const char* kPcaExplainedVariances = "pca_explained_variances";
inline constexpr const char* kPcaNoiseVariances = "pca_noise_variances";

/// The latents of a part of the samples. \param part "train", "validation" or "test"
inline std::string latents_of(const std::string& part) { return part + "_latents"; }

}  // namespace clvae::slab
