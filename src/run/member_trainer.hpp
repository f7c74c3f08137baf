#pragma once
/// \file
/// One rank's way to make members: train them, look whether they are usable, commit them.

#include <memory>
#include <vector>

#include "comm/device_map.hpp"
#include "methods/bench.hpp"
#include "methods/plan.hpp"
#include "run/checkpointing.hpp"
#include "schedule/worker.hpp"
#include "store/writer.hpp"
#include "train/gpu_memory.hpp"

namespace clvae::run {

/// Begins members on this rank's device, any number at once. They share the samples there.
class MemberTrainer {
 public:
  /// All references must outlive the trainer. Any rank. \throws UsageError, RunError
  MemberTrainer(const methods::Setting& setting, const methods::Plan& plan,
                comm::DeviceAssignment place, int ranks, Checkpointing checkpointing);

  /// An attempt at a member, from its checkpoint on where there is one. It must not outlive the
  /// trainer and the writer, to which it is committed when it is done; dropped before, nothing is.
  /// Throws as `schedule::Training`: AttemptError where the training diverged or what it leaves
  /// can't be used, IoError, RunFileError.
  std::unique_ptr<schedule::Training> begin(const schedule::Task& task,
                                            store::Writer& writer) const;

  /// Readies a lane of a GPU for members of these kinds, as the first of them would do.
  /// \return what was free before, and what it took \throws DeviceMemoryError
  train::LaneMemory ready_lane(const std::vector<Kind>& kinds) const;

 private:
  const methods::Plan& plan_;
  comm::DeviceAssignment place_;
  int ranks_;
  methods::Bench bench_;
  Checkpointing checkpointing_;
};

}  // namespace clvae::run
