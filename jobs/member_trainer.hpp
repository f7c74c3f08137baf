#pragma once
/// \file
/// One rank's way to make a member: train it, look at its clusters, commit it.

#include <string>
#include <vector>

#include "clvae/comm/communicator.hpp"
#include "clvae/comm/device_map.hpp"
#include "clvae/config/config.hpp"
#include "clvae/data/split.hpp"
#include "clvae/plan/plan.hpp"
#include "clvae/schedule/worker.hpp"
#include "clvae/store/writer.hpp"
#include "clvae/train/trainer.hpp"

namespace clvae::jobs {

/// Trains and commits members on this rank's device.
class MemberTrainer {
 public:
  /// All references must outlive the trainer. Any rank. \throws UsageError, RunError
  MemberTrainer(const config::Config& config, const data::Experiment& experiment,
                const std::vector<plan::Member>& members, comm::DeviceAssignment place, int ranks);

  /// \throws AttemptError where training diverged or the clusters collapsed; nothing is committed
  /// then. IoError, RunFileError
  void train(const schedule::Task& task, const schedule::TrainerHooks& hooks,
             store::Writer& writer);

 private:
  void require_usable(const train::MemberResult& result) const;

  const std::vector<plan::Member>& members_;
  comm::DeviceAssignment place_;
  int ranks_;
  int latent_dim_;
  std::vector<std::int32_t> train_classes_;  ///< inlier index of each training sample
  std::vector<std::string> class_names_;     ///< of the inlier classes
  std::vector<double> centres_;              ///< [K, d]
  int classes_;                              ///< K
  train::Trainer trainer_;
};

}  // namespace clvae::jobs
