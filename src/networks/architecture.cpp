#include "networks/architecture.hpp"

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::networks {

namespace {

/// A training step of one dense layer: its three products (output, input gradient, weight gradient)
/// cost the same.
double dense_training_flops(double inputs, double outputs) { return 3 * 2.0 * inputs * outputs; }

}  // namespace

Architecture::Architecture(const SampleSize& sample, int latent_dim)
    : sample_(sample), latent_dim_(latent_dim) {
  if (sample.channels < 1 || sample.height < 1 || sample.width < 1) {
    refuse(fmt::format("samples of {} x {} x {}", sample.channels, sample.height, sample.width));
  }
  if (latent_dim < 1) refuse(fmt::format("latent_dim {}", latent_dim));
}

void Architecture::refuse(const std::string& what) {
  throw UsageError("the networks can't be built: " + what);
}

Layout Architecture::encoder_layout() const {
  Layout layout = feature_layout();
  add_dense(layout, "encoder.mean", feature_units(), latent_dim_);
  add_dense(layout, "encoder.log_variance", feature_units(), latent_dim_);
  return layout;
}

Layout Architecture::head_layout(int classes) const {
  Layout layout;
  add_dense(layout, "head.logits", feature_units(), classes);
  return layout;
}

double Architecture::training_flops() const {
  return feature_training_flops() + 2 * dense_training_flops(feature_units(), latent_dim_) +
         decoder_training_flops();
}

double Architecture::classifier_training_flops(int classes) const {
  return feature_training_flops() + dense_training_flops(feature_units(), classes);
}

}  // namespace clvae::networks
