#include "train/network_training.hpp"

namespace clvae::train {

Piece NetworkTraining::advance() {
  if (!has_ended()) {
    if (epochs_->is_left()) return epochs_->advance();
    record_ = epochs_->finish();
    watch_ = Stopwatch();
    passes_ = encoding();
    return Piece::training_ended;
  }
  while (pass_ < passes_.size() && passes_[pass_].is_done()) ++pass_;
  if (pass_ < passes_.size()) {
    passes_[pass_].advance();
    return Piece::batch;
  }
  record_->encoding_seconds = watch_.seconds();
  return Piece::done;
}

}  // namespace clvae::train
