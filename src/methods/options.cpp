#include "methods/options.hpp"

#include "methods/architecture.hpp"
#include "methods/centres.hpp"

namespace clvae::methods {

train::TrainingOptions training_options(const config::Config& config, const data::ImageShape& shape,
                                        const std::string& device) {
  const config::Training& training = config.training;
  train::TrainingOptions options;
  options.architecture = architecture_of(config, shape);
  options.loss.alpha = training.alpha;
  options.loss.error = training.reconstruction.error == "cross_entropy"
                           ? networks::ReconstructionError::cross_entropy
                           : networks::ReconstructionError::squared;
  options.loss.reconstruction_over =
      training.reconstruction.over == "sum" ? networks::Reduce::sum : networks::Reduce::mean;
  options.loss.prior_over =
      training.prior.over == "mean" ? networks::Reduce::mean : networks::Reduce::sum;
  options.loss.prior_at =
      training.prior.at == "sample" ? networks::PriorAt::sample : networks::PriorAt::closed_form;
  options.epochs = training.epochs;
  options.batch_size = training.batch_size;
  options.stream.buffer_bytes = static_cast<std::size_t>(config.dataset.blocks.buffer) << 20U;
  options.stream.samples_per_block = config.dataset.blocks.samples;
  options.learning_rate = training.learning_rate;
  options.schedule = training.schedule == "one_cycle" ? train::LearningRateSchedule::one_cycle
                                                      : train::LearningRateSchedule::constant;
  options.patience = training.patience;
  options.learn_centres = learns_centres(config);
  options.precision = precision_of(config);
  options.device = device;
  return options;
}

networks::Precision precision_of(const config::Config& config) {
  if (config.training.precision == "bfloat16") return networks::Precision::bfloat16;
  return config.training.precision == "tf32" ? networks::Precision::tf32
                                             : networks::Precision::float32;
}

}  // namespace clvae::methods
