#pragma once
/// \file
/// Until when a job may run.

#include <optional>
#include <string>

namespace clvae::run {

/// The end of the job, known to all ranks.
class TimeLimit {
 public:
  /// None: the job may run for ever.
  TimeLimit() = default;
  /// \param given as in --time-limit, from now on; where it is empty, the end that Slurm put into
  ///   the environment counts. \throws UsageError
  static TimeLimit from(const std::string& given);

  /// Seconds until the job has to begin to stop, a while before its end; infinite without a limit.
  double seconds_left() const;
  /// Why to stop now; nothing before it is time.
  std::optional<std::string> reason_to_stop() const;

 private:
  explicit TimeLimit(double end);

  std::optional<double> stop_at_;  ///< seconds since 1970
};

}  // namespace clvae::run
