#pragma once
/// \file
/// When to stop training a member, and which epoch's weights to keep.

#include <limits>

namespace clvae::train {

/// Watches the validation loss of one member.
class EarlyStopping {
 public:
  /// \param patience epochs without a better loss after which to stop; 0: never stop, and the last
  ///   epoch counts as the best
  explicit EarlyStopping(int patience) : patience_(patience) {}

  /// Takes the loss of the next epoch. \return whether its weights are the best so far
  bool is_best(double validation_loss) {
    const int epoch = epochs_++;
    if (patience_ > 0 && !(validation_loss < best_loss_)) return false;
    best_loss_ = validation_loss;
    best_epoch_ = epoch;
    return true;
  }
  bool should_stop() const { return patience_ > 0 && epochs_ - 1 - best_epoch_ >= patience_; }
  int best_epoch() const { return best_epoch_; }  ///< from 0; -1 before the first
  int epochs() const { return epochs_; }

 private:
  int patience_;
  int epochs_ = 0;
  int best_epoch_ = -1;
  double best_loss_ = std::numeric_limits<double>::infinity();
};

}  // namespace clvae::train
