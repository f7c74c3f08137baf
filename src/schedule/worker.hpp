#pragma once
/// \file
/// Every rank's part: ask for members, train them in turn, tell, until none is left.

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "comm/channel.hpp"
#include "schedule/coordinator.hpp"
#include "schedule/messages.hpp"

namespace clvae::schedule {

/// One attempt at one member, made in pieces. Dropping it gives the attempt up.
class Training {
 public:
  Training() = default;
  virtual ~Training() = default;
  Training(const Training&) = delete;
  Training& operator=(const Training&) = delete;

  /// Makes the next piece, which is short and waits for nobody. With `done` the member is
  /// committed. Throwing AttemptError, or anything that is no clvae::Error, fails the attempt.
  /// DeviceMemoryError puts the same attempt off, DeviceLostError stops the job; another
  /// clvae::Error (a disk that can't be written) ends it.
  virtual Piece advance() = 0;
  /// The latest epoch. \pre one has ended
  virtual EpochReport epoch() const = 0;
  /// Keeps what the member can be gone on with, as the job is to stop.
  /// \return whether so little is left that it is to be advanced to its end all the same
  virtual bool stop() = 0;
};

/// Begins an attempt. Throws as `Training::advance`.
using Begin = std::function<std::unique_ptr<Training>(const Task&)>;

/// Why the job is to stop, where it is; asked often, on every rank.
using StopSource = std::function<std::optional<std::string>()>;

/// How many members this rank trains at once; at least 1. It is asked before the first member and
/// after each that was begun, and may have risen then.
using LaneCount = std::function<int()>;

/// Works until rank 0 has no more members for this rank: drives as many trainings in turn as there
/// are lanes, and begins another where one has ended. Each lane asks for its next member when its
/// training ends, so that the answer is there once the member is encoded and committed. Waits, and
/// patiently, only while no lane has a member. A failed attempt ends its own lane's training alone.
/// Where the device has no memory for a member beside the others, the same attempt goes back to
/// rank 0, and this rank goes on with a lane fewer; a member that has no room alone has failed.
/// Where the device is lost, all lanes give back what they have, and the job stops on all ranks.
/// On rank 0, which works as well, it also serves the coordinator, and returns only when every rank
/// has been told that nothing is left. Collective.
/// \param coordinator on rank 0; null elsewhere
/// \param stop_source a reason on any rank stops them all: nothing is handed out any more, and the
///   trainings are told
/// \throws what ends the job
void work(comm::Channel& channel, const Begin& begin, Coordinator* coordinator,
          const StopSource& stop_source, const LaneCount& lanes);
/// The same with a number of lanes that stays.
void work(comm::Channel& channel, const Begin& begin, Coordinator* coordinator,
          const StopSource& stop_source, int lanes = 1);

}  // namespace clvae::schedule
