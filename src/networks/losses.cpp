#include "networks/losses.hpp"

namespace clvae::networks {

torch::Tensor over_samples(const torch::Tensor& values, Reduce over) {
  const torch::Tensor rows = values.flatten(1);
  return over == Reduce::mean ? rows.mean(1) : rows.sum(1);
}

torch::Tensor sample(const Posterior& posterior, const torch::Tensor& noise) {
  return posterior.mean + torch::exp(0.5 * posterior.log_variance) * noise;
}

torch::Tensor rows_by_number(const torch::Tensor& rows, const torch::Tensor& numbers,
                             const torch::Tensor& classes) {
  // No matrix product, which might round the rows to fewer bits.
  const torch::Tensor is_row = numbers.eq(classes.unsqueeze(1)).to(rows.scalar_type());
  return (is_row.unsqueeze(2) * rows.unsqueeze(0)).sum(1);
}

torch::Tensor prior_divergence(const Posterior& posterior, const torch::Tensor& latents,
                               const torch::Tensor& centres, const LossOptions& options) {
  const torch::Tensor& position =
      options.prior_at == PriorAt::closed_form ? posterior.mean : latents;
  const torch::Tensor terms = -0.5 * (1 + posterior.log_variance - posterior.log_variance.exp() -
                                      (position - centres).square());
  return over_samples(terms, options.prior_over);
}

Loss clvae_loss(const Posterior& posterior, const torch::Tensor& latents,
                const torch::Tensor& errors, const torch::Tensor& centres,
                const LossOptions& options) {
  Loss loss;
  loss.reconstruction = over_samples(errors, options.reconstruction_over).mean();
  loss.prior = prior_divergence(posterior, latents, centres, options).mean();
  loss.total = options.alpha * loss.reconstruction + (1 - options.alpha) * loss.prior;
  return loss;
}

Loss vae_loss(const Posterior& posterior, const torch::Tensor& errors, const LossOptions& options) {
  LossOptions closed_form = options;
  closed_form.prior_at = PriorAt::closed_form;
  const torch::Tensor origin = torch::zeros({1, posterior.mean.size(1)}, posterior.mean.options());
  Loss loss;
  loss.reconstruction = over_samples(errors, Reduce::sum).mean();
  loss.prior = prior_divergence(posterior, torch::Tensor(), origin, closed_form).mean();
  loss.total = loss.reconstruction + loss.prior;
  return loss;
}

}  // namespace clvae::networks
