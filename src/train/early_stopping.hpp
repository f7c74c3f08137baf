#pragma once
/// \file
/// When to stop training a member, and which epoch's weights to keep.

#include <limits>

namespace clvae::train {

/// Watches the validation loss of one member.
class EarlyStopping {
 public:
  /// Where it stands.
  struct State {
    int epochs = 0;
    int best_epoch = -1;
    double best_loss = std::numeric_limits<double>::infinity();
  };

  /// \param patience epochs without a better loss after which to stop; 0: never stop, and the last
  ///   epoch counts as the best
  explicit EarlyStopping(int patience) : patience_(patience) {}

  /// Takes the loss of the next epoch. \return whether its weights are the best so far
  bool is_best(double validation_loss) {
    const int epoch = state_.epochs++;
    if (patience_ > 0 && !(validation_loss < state_.best_loss)) return false;
    state_.best_loss = validation_loss;
    state_.best_epoch = epoch;
    return true;
  }
  bool should_stop() const {
    return patience_ > 0 && state_.epochs - 1 - state_.best_epoch >= patience_;
  }
  int best_epoch() const { return state_.best_epoch; }  ///< from 0; -1 before the first
  int epochs() const { return state_.epochs; }

  const State& state() const { return state_; }
  void go_on_from(const State& state) { state_ = state; }

 private:
  int patience_;
  State state_;
};

}  // namespace clvae::train
