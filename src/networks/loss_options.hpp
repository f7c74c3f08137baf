#pragma once
/// \file
/// What the loss is made of that encoder and decoder are trained by.

namespace clvae::networks {

/// How far a decoded value is from the sample's. Images are compared with the sigmoid of what is
/// decoded, features with what is decoded as it is.
enum class ReconstructionError { squared, cross_entropy };
enum class Reduce { mean, sum };
/// Where the prior term is taken: in closed form, or by the same formula with the sampled latent in
/// place of the posterior mean, as the authors' public code has it.
enum class PriorAt { closed_form, sample };

/// The terms of the loss (paper eq. 7): alpha * reconstruction + (1 - alpha) * prior.
struct LossOptions {
  double alpha = 1.0 / 6.0;
  ReconstructionError error = ReconstructionError::squared;
  Reduce reconstruction_over = Reduce::mean;  ///< the values of a sample
  Reduce prior_over = Reduce::sum;            ///< latent dimensions
  PriorAt prior_at = PriorAt::closed_form;
};

}  // namespace clvae::networks
