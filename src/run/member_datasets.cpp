#include "run/member_datasets.hpp"

#include <fmt/format.h>

#include "embed/trained_run.hpp"
#include "networks/architecture.hpp"
#include "networks/parameters.hpp"
#include "run/experiment.hpp"
#include "store/slabs.hpp"
#include "train/trainer.hpp"

namespace clvae::run {

namespace {

using store::MemberDataset;

/// The same sizes as numbers of a file's axes.
struct Extents {
  Extents(const config::Config& config, const data::Experiment& experiment)
      : classes(experiment.inlier_classes.size()),
        dimension(static_cast<std::size_t>(config.model.latent_dim)),
        pixels(experiment.shape.pixels()),
        epochs(static_cast<std::size_t>(config.training.epochs)),
        unit(experiment.shape.is_vector ? "squared standard deviation of the feature"
                                        : "squared intensity, of intensities in 0..1"),
        place(experiment.shape.is_vector ? "feature" : "pixel") {}
  std::size_t classes;
  std::size_t dimension;
  std::size_t pixels;
  std::size_t epochs;
  const char* unit;   ///< of squared values
  const char* place;  ///< what a sample has one value for
};

MemberDataset latents(const char* name, std::size_t samples, const Extents& extents,
                      const char* part) {
  return {name,
          {samples, extents.dimension},
          {"sample", "latent dimension"},
          "1",
          fmt::format("posterior mean of each {} sample", part)};
}

MemberDataset errors(const char* name, std::size_t samples, const Extents& extents,
                     const char* part) {
  return {name,
          {samples},
          {"sample"},
          extents.unit,
          fmt::format("mean squared error a {} of each {} sample, decoded from its posterior mean",
                      extents.place, part)};
}

/// \param layout in order of memory
MemberDataset weights(const char* name, const std::vector<networks::Parameter>& layout,
                      const char* network) {
  std::int64_t count = 0;
  std::string parameters;
  for (const networks::Parameter& parameter : layout) {
    count += parameter.size();
    parameters += fmt::format("{}{} [{}]", parameters.empty() ? "" : ", ", parameter.name,
                              fmt::join(parameter.shape, ", "));
  }
  return {
      name,
      {static_cast<std::size_t>(count)},
      {"parameter"},
      "1",
      fmt::format("all parameters of the {}, one after the other, the last index fastest: {}; "
                  "shapes are PyTorch's, but a dense layer next to a map of a convolution counts "
                  "the map's values row by row, column by column, channel by channel",
                  network, parameters)};
}

MemberDataset class_logarithms(const char* name, std::size_t samples, const Extents& extents,
                               const char* unit, const std::string& what) {
  return {
      name, {samples, extents.classes}, {"sample", "class"}, unit, "natural logarithm of " + what};
}

template <std::size_t Terms>
MemberDataset loss_history(const Extents& extents, const char* const (&terms)[Terms]) {
  std::string names;
  for (const char* term : terms) names += (names.empty() ? "" : ", ") + std::string(term);
  return {slab::kLossHistory,
          {extents.epochs, Terms},
          {"epoch", "term"},
          "1",
          fmt::format("mean losses of each epoch, NaN where it was not run; terms: {}", names)};
}

MemberDataset learned_centres(const Extents& extents) {
  return {slab::kLearnedCentres,
          {extents.classes, extents.dimension},
          {"class", "latent dimension"},
          "1",
          "prior mean of each inlier class after training, where centres are learned"};
}

std::vector<MemberDataset> class_statistics(const Extents& extents) {
  using store::Precision;
  const std::size_t classes = extents.classes;
  const std::size_t dimension = extents.dimension;
  return {{slab::kClassMeans,
           {classes, dimension},
           {"class", "latent dimension"},
           "1",
           "mean of each inlier class's posterior means, over its training samples",
           Precision::exact},
          {slab::kClassCovariances,
           {classes, dimension, dimension},
           {"class", "latent dimension", "latent dimension"},
           "1",
           "covariance of each inlier class's posterior means, over its training samples; divisor "
           "n - 1",
           Precision::exact}};
}

std::vector<MemberDataset> autoencoder_datasets(Kind kind, const config::Config& config,
                                                const data::Experiment& experiment,
                                                const Extents& extents) {
  const networks::Architecture architecture = embed::architecture_of(config, experiment.shape);
  std::vector<MemberDataset> datasets;
  if (config.store.train_latents) {
    datasets = {latents(slab::kTrainLatents, experiment.train.size(), extents, "training")};
  } else if (has_centres(kind)) {
    datasets = class_statistics(extents);
  }
  const std::vector<MemberDataset> others = {
      latents(slab::kValidationLatents, experiment.validation.size(), extents, "validation"),
      latents(slab::kTestLatents, experiment.test.size(), extents, "test"),
      errors(slab::kValidationErrors, experiment.validation.size(), extents, "validation"),
      errors(slab::kTestErrors, experiment.test.size(), extents, "test"),
      loss_history(extents, train::kLossTerms),
      weights(slab::kEncoderWeights, networks::encoder_layout(architecture), "encoder"),
      weights(slab::kDecoderWeights, networks::decoder_layout(architecture), "decoder")};
  datasets.insert(datasets.end(), others.begin(), others.end());
  if (has_centres(kind) && learns_centres(config)) datasets.push_back(learned_centres(extents));
  return datasets;
}

std::vector<MemberDataset> classifier_datasets(const config::Config& config,
                                               const data::Experiment& experiment,
                                               const Extents& extents) {
  const networks::Architecture architecture = embed::architecture_of(config, experiment.shape);
  const auto probabilities = [&](const char* name, const data::Part& samples, const char* part) {
    return class_logarithms(name, samples.size(), extents, "1",
                            fmt::format("the probability that the classifier gives each inlier "
                                        "class, for each {} sample",
                                        part));
  };
  const int classes = static_cast<int>(extents.classes);
  return {probabilities(slab::kValidationLogProbabilities, experiment.validation, "validation"),
          probabilities(slab::kTestLogProbabilities, experiment.test, "test"),
          loss_history(extents, train::kClassifierTerms),
          weights(slab::kEncoderWeights, networks::feature_layout(architecture),
                  "convolutions and the dense layer"),
          weights(slab::kHeadWeights, networks::head_layout(architecture, classes), "head")};
}

std::vector<MemberDataset> pca_datasets(const data::Experiment& experiment,
                                        const Extents& extents) {
  const auto likelihoods = [&](const char* name, const data::Part& samples, const char* part) {
    return class_logarithms(
        name, samples.size(), extents,
        experiment.shape.is_vector ? "log of a density over standardised features"
                                   : "log of a density over intensities in 0..1",
        fmt::format("the density of each {} sample under each inlier class's probabilistic PCA",
                    part));
  };
  const bool is_vector = experiment.shape.is_vector;
  const std::size_t classes = extents.classes;
  const char* const squared = extents.unit;
  return {likelihoods(slab::kValidationLogLikelihoods, experiment.validation, "validation"),
          likelihoods(slab::kTestLogLikelihoods, experiment.test, "test"),
          {slab::kPcaMeans,
           {classes, extents.pixels},
           {"class", extents.place},
           is_vector ? "standard deviation of the feature" : "intensity in 0..1",
           is_vector ? "mean features of each inlier class"
                     : "mean image of each inlier class, channel by channel, row by row"},
          {slab::kPcaComponents,
           {classes, extents.dimension, extents.pixels},
           {"class", "component", extents.place},
           "1",
           "principal components of each inlier class, orthonormal, the largest variance first"},
          {slab::kPcaExplainedVariances,
           {classes, extents.dimension},
           {"class", "component"},
           squared,
           "variance of each class's training samples along each component, divisor n - 1"},
          {slab::kPcaNoiseVariances,
           {classes},
           {"class"},
           squared,
           fmt::format("mean variance in the other directions, of which there are min(n, {}s) - "
                       "components",
                       extents.place)}};
}

}  // namespace

std::vector<MemberDataset> member_datasets(Kind kind, const config::Config& config,
                                           const data::Experiment& experiment) {
  const Extents extents(config, experiment);
  switch (kind) {
    case Kind::clvae:
    case Kind::vae:
      return autoencoder_datasets(kind, config, experiment, extents);
    case Kind::cnn:
      return classifier_datasets(config, experiment, extents);
    case Kind::pca:
      return pca_datasets(experiment, extents);
  }
  return {};
}

}  // namespace clvae::run
