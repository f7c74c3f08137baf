#include "methods/datasets.hpp"

#include <fmt/format.h>

#include "store/slabs.hpp"

namespace clvae::methods {

using store::MemberDataset;

Extents::Extents(const Setting& setting)
    : classes(setting.experiment.inlier_classes.size()),
      dimension(static_cast<std::size_t>(setting.config.model.latent_dim)),
      pixels(setting.experiment.shape.pixels()),
      epochs(static_cast<std::size_t>(setting.config.training.epochs)),
      words(data::words_of(setting.experiment.shape)) {}

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
          extents.words.squared_unit,
          fmt::format("mean squared error a {} of each {} sample, decoded from its posterior mean",
                      extents.words.place, part)};
}

MemberDataset weights(const char* name, const networks::Layout& layout, const char* network) {
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

MemberDataset loss_history(const Extents& extents, gsl::span<const char* const> terms) {
  return {slab::kLossHistory,
          {extents.epochs, terms.size()},
          {"epoch", "term"},
          "1",
          fmt::format("mean losses of each epoch, NaN where it was not run; terms: {}",
                      fmt::join(terms, ", "))};
}

MemberDataset learned_centres(const Extents& extents) {
  return {slab::kLearnedCentres,
          {extents.classes, extents.dimension},
          {"class", "latent dimension"},
          "1",
          "prior mean of each inlier class after training, where centres are learned"};
}

MemberDataset reference_latents(std::size_t references, const Extents& extents) {
  return {slab::kReferenceLatents,
          {references, extents.dimension},
          {"reference inlier", "latent dimension"},
          "1",
          "posterior mean of each reference inlier: training samples that follow from the data "
          "alone, classes taking turns"};
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

}  // namespace clvae::methods
