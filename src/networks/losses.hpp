#pragma once
/// \file
/// The losses of a CL-VAE and of a plain VAE (arXiv 2410.12328, section 3.2, eq. 7 and eq. 2).

#include <torch/torch.h>

#include "networks/architecture.hpp"
#include "networks/clvae_network.hpp"

namespace clvae::networks {

/// The loss and its terms, each the mean over the batch. Scalars.
struct Loss {
  torch::Tensor total;  ///< what is minimised
  torch::Tensor reconstruction;
  torch::Tensor prior;
};

/// z = mean + sigma * noise. \param noise [batch, d], standard normal
torch::Tensor sample(const Posterior& posterior, const torch::Tensor& noise);

/// Divergence of each posterior from the unit Gaussian around its class centre,
/// -1/2 sum_i [1 + log sigma_i^2 - sigma_i^2 - (mean_i - c_i)^2], in the variant that `options`
/// asks for. \param centres [batch, d] of each sample's class  \param latents [batch, d] sampled
/// \return [batch]
torch::Tensor prior_divergence(const Posterior& posterior, const torch::Tensor& latents,
                               const torch::Tensor& centres, const LossOptions& options);

/// Error of each reconstruction, by `options` over pixels and channels.
/// \param logits [batch, ...], images before the sigmoid, or features  \param images the same shape
/// \return [batch]
torch::Tensor reconstruction_error(const torch::Tensor& logits, const torch::Tensor& images,
                                   ReconstructionError error, Reduce over);

/// Both terms, and alpha * reconstruction + (1 - alpha) * prior.
Loss clvae_loss(const Posterior& posterior, const torch::Tensor& latents,
                const torch::Tensor& logits, const torch::Tensor& images,
                const torch::Tensor& centres, const LossOptions& options);

/// A plain VAE's: both terms and their unweighted sum, the error summed over pixels and channels
/// (averaged, the prior would switch the latents off), the prior in closed form around the origin.
/// Of `options` only `error` and `prior_over` count.
Loss vae_loss(const Posterior& posterior, const torch::Tensor& logits, const torch::Tensor& images,
              const LossOptions& options);

}  // namespace clvae::networks
