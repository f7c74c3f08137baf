#pragma once
/// \file
/// What ranks tell each other about members.

#include <string>
#include <variant>

#include "schedule/hand_out.hpp"

namespace clvae::schedule {

/// How far a member's training has come.
struct EpochProgress {
  int epoch = 0;   ///< that ended, from 1
  int epochs = 0;  ///< at most
  double train_loss = 0;
  double validation_loss = 0;  ///< NaN without validation samples
};

// From a worker to rank 0.
struct Request {};
struct Progress {
  Task task;
  EpochProgress progress;
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

using AnyMessage =
    std::variant<Request, Progress, Done, Failed, Interrupted, StopWanted, Assign, NoMore, Stop>;

std::string encode(const AnyMessage& message);
/// \throws RunError for anything but an encoded message
AnyMessage decode(const std::string& bytes);

}  // namespace clvae::schedule
