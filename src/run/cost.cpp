#include "run/cost.hpp"

#include <algorithm>

#include "embed/trained_run.hpp"
#include "networks/architecture.hpp"
#include "run/experiment.hpp"

namespace clvae::run {

namespace {

/// Resident memory of a rank before there is any data: LibTorch, MPI and HDF5. Measured.
constexpr double kProgramBytes = 250.0 * 1024 * 1024;
/// Copies of a layer's output that live at once during a training step: output, gradient, work
/// space of the convolutions. Measured.
constexpr double kCopiesOfActivations = 5;
/// Passes over the samples until a class's principal axes stand. Measured.
constexpr double kPcaPasses = 15;

double pixels_of(const data::Experiment& experiment) {
  return static_cast<double>(experiment.shape.pixels());
}

double pca_flops(const config::Config& config, const data::Experiment& experiment) {
  // Two products a pass with a block of a few more axes than are wanted.
  const double block = 2.0 * config.model.latent_dim + 16;
  return kPcaPasses * 4 * static_cast<double>(experiment.train.size()) * pixels_of(experiment) *
         block;
}

double bytes_of(const data::Part& samples) {
  return static_cast<double>(samples.values.size() * size_of(samples.values.type()));
}

/// The largest class in double precision, and its bytes once more.
double pca_bytes(const data::Experiment& experiment) {
  std::size_t largest = 0;
  for (const int label : experiment.inlier_classes) {
    const auto& labels = experiment.train.labels;
    largest = std::max(largest,
                       static_cast<std::size_t>(std::count(labels.begin(), labels.end(), label)));
  }
  return static_cast<double>(largest) * pixels_of(experiment) * sizeof(double) +
         bytes_of(experiment.train);
}

/// Of one training step.
double activation_bytes(const config::Config& config, const data::Experiment& experiment) {
  double bytes = 0;
  for (const auto& map : networks::feature_maps(embed::architecture_of(config, experiment.shape))) {
    bytes += static_cast<double>(map.channels) * map.height * map.width * sizeof(float);
  }
  return kCopiesOfActivations * bytes * config.training.batch_size;
}

}  // namespace

double member_flops(Kind kind, const config::Config& config, const data::Experiment& experiment) {
  if (kind == Kind::pca) return pca_flops(config, experiment);
  const networks::Architecture architecture = embed::architecture_of(config, experiment.shape);
  const auto classes = static_cast<int>(experiment.inlier_classes.size());
  const double flops = kind == Kind::cnn
                           ? networks::classifier_training_flops(architecture, classes)
                           : networks::training_flops(architecture);
  return flops * static_cast<double>(experiment.train.size()) * config.training.epochs;
}

double memory_needed(Kind kind, const config::Config& config, const data::Experiment& experiment) {
  if (kind == Kind::pca) return kProgramBytes + pca_bytes(experiment);
  // The decoder mirrors the encoder.
  const double halves = kind == Kind::cnn ? 1 : 2;
  return kProgramBytes + halves * activation_bytes(config, experiment);
}

}  // namespace clvae::run
