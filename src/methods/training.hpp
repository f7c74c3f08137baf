#pragma once
/// \file
/// A member in training, whatever its kind, and what it leaves.

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "train/training.hpp"

namespace clvae::methods {

/// What a member leaves in the run file, and how its training went.
struct Trained {
  std::vector<std::pair<std::string, std::vector<float>>> values;         ///< by dataset
  std::vector<std::pair<std::string, std::vector<double>>> exact_values;  ///< by dataset
  train::TrainingRecord record;
};

/// A training that ends with values for the run file. Advanced in pieces like the one it holds.
class Training {
 public:
  /// Says what the member leaves, once it is done.
  using Leave = std::function<Trained()>;
  /// Changes that, once all values are known to be finite. \throws AttemptError where they can't be
  /// used
  using Settle = std::function<void(Trained&)>;

  Training(std::unique_ptr<train::Training> steps, Leave leave, Settle settle)
      : steps_(std::move(steps)), leave_(std::move(leave)), settle_(std::move(settle)) {}

  /// Makes the next piece. With `done` the result is there.
  /// \throws AttemptError where the training has failed, or what it leaves can't be used
  Piece advance();
  const EpochReport& epoch() const { return steps_->epoch(); }
  int epochs_ended() const { return steps_->epochs_ended(); }
  bool has_ended() const { return steps_->has_ended(); }
  std::string state() const { return steps_->state(); }
  /// \pre it is done
  const Trained& result() const { return trained_; }

 private:
  std::unique_ptr<train::Training> steps_;
  Leave leave_;
  Settle settle_;  ///< may be empty
  Trained trained_;
};

/// Makes a training whose result `leave` turns into values for the run file.
template <class Steps, class LeaveOf>
std::unique_ptr<Training> training_of(std::unique_ptr<Steps> steps, LeaveOf leave_of,
                                      Training::Settle settle = {}) {
  Steps& made = *steps;
  return std::make_unique<Training>(
      std::move(steps), [&made, leave_of] { return leave_of(made.result()); }, std::move(settle));
}

}  // namespace clvae::methods
