#pragma once
/// \file
/// What ranks tell each other about members.

#include <string>
#include <variant>

#include "core/piece.hpp"
#include "schedule/hand_out.hpp"

namespace clvae::schedule {

// From a worker to rank 0.
/// How many members the rank trains at once.
struct Lanes {
  int count = 1;
};
struct Request {};
struct Progress {
  Task task;
  EpochReport progress;
};
struct Done {
  Task task;
};
struct Failed {
  Task task;
  std::string reason;
};
/// A task is given back unfinished.
struct Interrupted {
  Task task;
};
/// A task is given back since the device has no memory for it beside the others; the rank goes on
/// with a lane fewer.
struct LackedMemory {
  Task task;
  std::string reason;
};
/// The rank was told from outside that the job is to stop.
struct StopWanted {
  std::string reason;
};

// From rank 0 to a worker.
struct Assign {
  Task task;
};
struct NoMore {};
/// What runs is to be given back.
struct Stop {};

using AnyMessage = std::variant<Lanes, Request, Progress, Done, Failed, Interrupted, LackedMemory,
                                StopWanted, Assign, NoMore, Stop>;

std::string encode(const AnyMessage& message);
/// \throws RunError for anything but an encoded message
AnyMessage decode(const std::string& bytes);

}  // namespace clvae::schedule
