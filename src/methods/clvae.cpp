// The Conditional Latent-space VAE: each class is pulled to a centre of its own.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "methods/autoencoder_method.hpp"
#include "methods/centres.hpp"
#include "methods/datasets.hpp"
#include "methods/list.hpp"
#include "reduce/gaussians.hpp"
#include "reduce/references.hpp"
#include "store/slabs.hpp"
#include "train/variety.hpp"

namespace clvae::methods {

namespace {

/// \throws AttemptError where a class's latents are no cluster
reduce::ClassStatistics statistics_of(const Setting& setting, const std::vector<float>& latents) {
  try {
    auto statistics = reduce::class_statistics(latents, training_classes(setting),
                                               setting.classes(), setting.config.model.latent_dim);
    reduce::gaussians_of(statistics);  // the reduction must be able to
    return statistics;
  } catch (const reduce::DegenerateClusterError& error) {
    const data::Experiment& experiment = setting.experiment;
    const int label = experiment.inlier_classes.at(static_cast<std::size_t>(error.class_index()));
    throw AttemptError(fmt::format("class {} has collapsed: {}",
                                   experiment.class_names.at(static_cast<std::size_t>(label)),
                                   error.reason()));
  }
}

std::vector<std::size_t> references_of(const Setting& setting) {
  return reduce::draw_references(setting.experiment.fingerprint, training_classes(setting),
                                 setting.experiment.inlier_classes.size());
}

class Clvae : public AutoencoderMethod {
 public:
  Clvae() : AutoencoderMethod(Kind::clvae) {}

  bool has_centres() const override { return true; }

  std::vector<store::MemberDataset> datasets(const Setting& setting) const override {
    auto datasets = AutoencoderMethod::datasets(setting);
    if (learns_centres(setting.config)) datasets.push_back(learned_centres(Extents(setting)));
    return datasets;
  }

  /// Training can't help a class that has fewer samples than its Gaussian needs.
  void require_trainable(const Setting& setting) const override {
    const data::Experiment& experiment = setting.experiment;
    const int dimension = setting.config.model.latent_dim;
    const auto needed = static_cast<std::ptrdiff_t>(reduce::samples_needed(dimension));
    const std::vector<std::int32_t>& labels = experiment.train.labels;
    for (const int label : experiment.inlier_classes) {
      const auto count = std::count(labels.begin(), labels.end(), label);
      if (count >= needed) continue;
      throw DataError(
          setting.config.dataset.path,
          fmt::format("{} training samples of class {}", count,
                      experiment.class_names.at(static_cast<std::size_t>(label))),
          fmt::format("at least {}, for a Gaussian in {} dimensions", needed, dimension));
    }
  }

  /// Samples that are the same have the same latents, however a member is trained.
  void require_variety(const Setting& setting) const override {
    const auto needed = static_cast<std::size_t>(setting.config.model.latent_dim) + 1;
    const std::vector<std::int32_t> classes = training_classes(setting);
    const std::vector<std::size_t> distinct =
        train::distinct_samples({setting.experiment.train.values, classes},
                                static_cast<std::size_t>(setting.pixels()), needed);
    for (std::size_t k = 0; k < distinct.size(); ++k) {
      if (distinct[k] >= needed) continue;
      throw DataError(
          setting.config.dataset.path,
          fmt::format("{} different training sample{} of class {}", distinct[k],
                      distinct[k] == 1 ? "" : "s", name_of_class(setting, k)),
          fmt::format("at least {}, for a Gaussian in {} dimensions (a smaller model.latent_dim "
                      "needs fewer; or leave the class out, or hold it back as an outlier)",
                      needed, needed - 1));
    }
  }

 protected:
  train::AutoencoderGoal goal(const networks::LossOptions& options,
                              std::vector<double> centres) const override {
    const auto loss = [options](const networks::Posterior& posterior, const torch::Tensor& latents,
                                const torch::Tensor& errors, const torch::Tensor& of_samples) {
      return networks::clvae_loss(posterior, latents, errors, of_samples, options);
    };
    return {std::string(name_of(kind())), loss, std::move(centres)};
  }

  std::vector<store::MemberDataset> in_place_of_latents(const Setting& setting) const override {
    const Extents extents(setting);
    std::vector<store::MemberDataset> datasets = class_statistics(extents);
    datasets.push_back(reference_latents(references_of(setting).size(), extents));
    return datasets;
  }

  void settle(const Setting& setting, Trained& trained) const override {
    const auto latents =
        std::find_if(trained.values.begin(), trained.values.end(),
                     [](const auto& named) { return named.first == slab::kTrainLatents; });
    reduce::ClassStatistics statistics = statistics_of(setting, latents->second);
    if (setting.config.store.train_latents) return;
    trained.values.emplace_back(
        slab::kReferenceLatents,
        reduce::latents_of(references_of(setting), latents->second,
                           static_cast<std::size_t>(setting.config.model.latent_dim)));
    trained.exact_values.emplace_back(slab::kClassMeans, std::move(statistics.means));
    trained.exact_values.emplace_back(slab::kClassCovariances, std::move(statistics.covariances));
  }
};

}  // namespace

const Method& clvae() {
  static const Clvae method;
  return method;
}

}  // namespace clvae::methods
