#pragma once
/// \file
/// The losses of a CL-VAE and of a plain VAE (arXiv 2410.12328, section 3.2, eq. 7 and eq. 2).

#include <torch/types.h>

#include "networks/clvae_network.hpp"
#include "networks/loss_options.hpp"

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

/// The same rows as `rows.index_select(0, classes)`, whose gradient a GPU adds up in an order of
/// its own each time: here it is a sum in a fixed one. \param rows [K, d]  \param numbers 0, 1,
/// ..., K-1  \param classes [n]  \return [n, d]
torch::Tensor rows_by_number(const torch::Tensor& rows, const torch::Tensor& numbers,
                             const torch::Tensor& classes);

/// The sum or the mean of each sample's values. \param values [batch, ...]  \return [batch]
torch::Tensor over_samples(const torch::Tensor& values, Reduce over);

/// Both terms, and alpha * reconstruction + (1 - alpha) * prior.
/// \param errors of the reconstructions, [batch, ...]: Architecture::errors
Loss clvae_loss(const Posterior& posterior, const torch::Tensor& latents,
                const torch::Tensor& errors, const torch::Tensor& centres,
                const LossOptions& options);

/// A plain VAE's: both terms and their unweighted sum, the errors summed over each sample
/// (averaged, the prior would switch the latents off), the prior in closed form around the origin.
/// Of `options` only `prior_over` counts.
Loss vae_loss(const Posterior& posterior, const torch::Tensor& errors, const LossOptions& options);

}  // namespace clvae::networks
