#pragma once
/// \file
/// The pieces in which members are trained, as every room speaks of them.

namespace clvae {

/// What one piece of a member's training has brought.
enum class Piece {
  batch,           ///< some samples were trained on, validated or encoded; there is more to do
  epoch_ended,     ///< of the training
  training_ended,  ///< only encoding is left
  done,            ///< nothing is left
};

/// How far a member's training has come.
struct EpochReport {
  int epoch = 0;   ///< that ended, from 1
  int epochs = 0;  ///< at most
  double train_loss = 0;
  double validation_loss = 0;  ///< NaN without validation samples, or where there are no losses
  double seconds = 0;          ///< that the member was trained for so far
};

}  // namespace clvae
