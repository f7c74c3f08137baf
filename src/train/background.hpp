#pragma once
/// \file
/// A training on a thread of its own.

#include <future>
#include <memory>
#include <string>

#include "train/training.hpp"

namespace clvae::train {

/// Makes the pieces of a training on another thread, one at a time, so that whoever drives it
/// beside others need not wait for a long one. For trainings that call neither a GPU nor what
/// belongs to one thread (MPI, HDF5).
class Background : public Training {
 public:
  explicit Background(std::unique_ptr<Training> training);
  /// Waits for the piece that is being made.
  ~Background() override;
  Background(const Background&) = delete;
  Background& operator=(const Background&) = delete;

  /// The piece that was made since; `batch` where it is still being made.
  Piece advance() override;
  const EpochReport& epoch() const override { return epoch_; }
  int epochs_ended() const override { return epochs_ended_; }
  bool has_ended() const override { return has_ended_; }
  /// None is kept: the training may be in the middle of a piece.
  std::string state() const override { return {}; }

 private:
  std::unique_ptr<Training> training_;
  std::future<Piece> piece_;  ///< that is being made
  // As of the last piece that was made.
  EpochReport epoch_;
  int epochs_ended_ = 0;
  bool has_ended_ = false;
};

}  // namespace clvae::train
