#pragma once
/// \file
/// One rank's way to make a member: train it, look whether it is usable, commit it.

#include <string>
#include <utility>
#include <vector>

#include "comm/communicator.hpp"
#include "comm/device_map.hpp"
#include "config/config.hpp"
#include "data/split.hpp"
#include "reduce/gaussians.hpp"
#include "run/checkpointing.hpp"
#include "run/experiment.hpp"
#include "schedule/worker.hpp"
#include "store/writer.hpp"
#include "train/pca.hpp"
#include "train/trainer.hpp"

namespace clvae::run {

/// Trains and commits members on this rank's device.
class MemberTrainer {
 public:
  /// All references must outlive the trainer. Any rank. \throws UsageError, RunError
  MemberTrainer(const config::Config& config, const data::Experiment& experiment, const Plan& plan,
                comm::DeviceAssignment place, int ranks, Checkpointing checkpointing);

  /// \throws AttemptError where training diverged or the clusters collapsed, InterruptedError where
  /// the hooks stop it; nothing is committed then. IoError, RunFileError
  void train(const schedule::Task& task, const schedule::TrainerHooks& hooks,
             store::Writer& writer);

 private:
  /// What a member leaves in the run file, and how its training went.
  struct Trained {
    std::vector<std::pair<std::string, std::vector<float>>> values;         ///< by dataset
    std::vector<std::pair<std::string, std::vector<double>>> exact_values;  ///< by dataset
    train::TrainingRecord record;
  };

  /// From its checkpoint on, where there is one.
  Trained train_on(const schedule::Task& task, train::Hooks hooks);
  Trained train(const schedule::Task& task, const train::Hooks& hooks);
  static Trained of(train::AutoencoderResult result);
  static Trained of(train::ClassifierResult result);
  static Trained of(train::PcaResult result);
  /// \throws AttemptError where a value is not finite
  static void require_finite(const Trained& trained);
  /// Puts what the reduction needs of the training latents in their place, unless they are kept.
  /// \throws AttemptError where a CL-VAE's classes have no clusters
  void settle_train_latents(Trained& trained, Kind kind) const;
  reduce::ClassStatistics statistics_of(const std::vector<float>& train_latents) const;

  const data::Experiment& experiment_;
  const Plan& plan_;
  comm::DeviceAssignment place_;
  int ranks_;
  int latent_dim_;
  bool keeps_train_latents_;
  std::vector<std::int32_t> train_classes_;  ///< inlier index of each training sample
  std::vector<std::string> class_names_;     ///< of the inlier classes
  std::vector<double> centres_;              ///< [K, d]
  int classes_;                              ///< K
  train::Trainer trainer_;
  Checkpointing checkpointing_;
};

}  // namespace clvae::run
