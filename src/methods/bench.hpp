#pragma once
/// \file
/// What members are trained for, and what their trainings share.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "data/split.hpp"
#include "networks/architecture.hpp"
#include "train/training.hpp"

namespace clvae::train {
struct TrainingContext;
}

namespace clvae::methods {

/// What a run is about. Both must outlive it.
struct Setting {
  const config::Config& config;
  const data::Experiment& experiment;

  int classes() const { return static_cast<int>(experiment.inlier_classes.size()); }  ///< K
  std::int64_t pixels() const { return static_cast<std::int64_t>(experiment.shape.pixels()); }
};

/// Where one rank trains members: the samples on its device, with their classes. Trainings only
/// read it, so that any number of them can be driven in turn.
class Bench {
 public:
  /// Config and experiment must outlive it. Any rank. \throws as `train::TrainingContext`
  Bench(const Setting& setting, const std::string& device);
  ~Bench();
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  const Setting& setting() const { return setting_; }
  const train::TrainingContext& context() const { return *context_; }
  /// Of the classes, before any permutation. [K, d]
  const std::vector<double>& centres() const { return centres_; }
  train::Samples train_samples() const { return {setting_.experiment.train.values, train_}; }
  train::Samples validation_samples() const {
    return {setting_.experiment.validation.values, validation_};
  }
  train::Samples test_samples() const { return {setting_.experiment.test.values, {}}; }

 private:
  Setting setting_;
  std::vector<std::int32_t> train_;       ///< inlier index of each training sample
  std::vector<std::int32_t> validation_;  ///< the same of the validation samples
  std::vector<double> centres_;
  std::unique_ptr<const train::TrainingContext> context_;
};

/// The networks that the config describes, for the run's samples.
networks::ArchitecturePtr architecture_of(const Setting& setting);

/// \param inlier index of a class
const std::string& name_of_class(const Setting& setting, std::size_t inlier);

/// Inlier index of each training sample. [n]
std::vector<std::int32_t> training_classes(const Setting& setting);

}  // namespace clvae::methods
