#include "methods/network_cost.hpp"

#include "train/gpu_memory.hpp"

namespace clvae::methods {

double epochs_flops(const Setting& setting, double flops_of_sample) {
  return flops_of_sample * static_cast<double>(setting.experiment.train.size()) *
         setting.config.training.epochs;
}

double network_memory(const Setting& setting, double halves) {
  // Copies of a layer's output that live at once during a training step: output, gradient, work
  // space of the convolutions. Measured.
  constexpr double kCopiesOfActivations = 5;
  double bytes = 0;
  for (const networks::FeatureMap& map : architecture_of(setting)->feature_maps()) {
    bytes += static_cast<double>(map.values()) * sizeof(float);
  }
  return kProgramBytes + halves * kCopiesOfActivations * bytes * setting.config.training.batch_size;
}

int lanes_on(const config::Config& config, const std::string& device) {
  if (device == "cpu" || config.dataset.memory == "blocks") return 1;
  return config.training.members_per_gpu.value_or(train::kMostLanesOfChoice);
}

Pace network_pace(const Setting& setting, const train::Throughput& throughput) {
  const data::Experiment& experiment = setting.experiment;
  const double epoch = seconds_for(experiment.train.size(), throughput.trained) +
                       seconds_for(experiment.validation.size(), throughput.scored);
  return {throughput, setting.config.training.epochs * epoch +
                          seconds_for(experiment.train.size(), throughput.encoded) +
                          seconds_for(scored_samples(setting), throughput.scored)};
}

double seconds_for(std::size_t samples, double per_second) {
  return per_second > 0 ? static_cast<double>(samples) / per_second : 0;
}

std::size_t scored_samples(const Setting& setting) {
  return setting.experiment.validation.size() + setting.experiment.test.size();
}

}  // namespace clvae::methods
