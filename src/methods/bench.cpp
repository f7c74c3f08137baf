#include "methods/bench.hpp"

#include "methods/architecture.hpp"
#include "methods/centres.hpp"
#include "methods/options.hpp"
#include "train/context.hpp"

namespace clvae::methods {

Bench::Bench(const Setting& setting, const std::string& device)
    : setting_(setting),
      train_(training_classes(setting)),
      validation_(data::inlier_indices(setting.experiment.validation.labels,
                                       setting.experiment.inlier_classes)),
      centres_(centres_of(setting.config, setting.experiment.inlier_classes.size())),
      context_(std::make_unique<const train::TrainingContext>(
          training_options(setting.config, setting.experiment.shape, device), train_samples(),
          validation_samples(), test_samples())) {}

Bench::~Bench() = default;

networks::ArchitecturePtr architecture_of(const Setting& setting) {
  return architecture_of(setting.config, setting.experiment.shape);
}

const std::string& name_of_class(const Setting& setting, std::size_t inlier) {
  const data::Experiment& experiment = setting.experiment;
  return experiment.class_names.at(static_cast<std::size_t>(experiment.inlier_classes.at(inlier)));
}

std::vector<std::int32_t> training_classes(const Setting& setting) {
  return data::inlier_indices(setting.experiment.train.labels, setting.experiment.inlier_classes);
}

}  // namespace clvae::methods
