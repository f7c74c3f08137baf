#pragma once
/// \file
/// Keeps `epochs.csv` in step with what a job trains.

#include <functional>
#include <string>
#include <vector>

#include "core/piece.hpp"
#include "data/split.hpp"
#include "methods/plan.hpp"
#include "run/epoch_table.hpp"
#include "run/run_file.hpp"
#include "run/settings.hpp"
#include "schedule/hand_out.hpp"
#include "store/reader.hpp"

namespace clvae::run {

/// Is told what ranks report, and compares with the run file before and after: members that are
/// done have there, to the last digit, the losses that the table has. Rank 0 alone.
class EpochLog {
 public:
  /// Settings and plan must outlive it. \param plan the members that the run file holds
  /// \param warn told in one line where the table can't be written
  EpochLog(const Settings& settings, const data::Experiment& experiment, const methods::Plan& plan,
           std::function<void(const std::string&)> warn);

  /// Completes the table for members that are done, as a job that was killed may not have written
  /// their last rows, and takes those out that are trained from their start. \param tasks to come
  void begin(const store::Reader& reader, const std::vector<KindState>& states,
             const std::vector<schedule::Task>& tasks);
  /// A member's epoch has ended.
  void ended(const schedule::Task& task, const EpochReport& report);
  /// A member was committed.
  void finished(const schedule::Task& task) { finished_.push_back(task); }
  /// Completes the table for the members that were committed, and orders it.
  void close(const store::Reader& reader);

 private:
  EpochRow row(const schedule::Task& task, int epoch) const;
  void settle(const store::Reader& reader, const schedule::Task& task,
              const store::CommitRecord& record);

  const Settings& settings_;
  const methods::Plan& plan_;
  std::function<double(int epoch)> last_rate_;  ///< the learning rate of its last step
  EpochTable table_;
  std::vector<schedule::Task> finished_;
};

}  // namespace clvae::run
