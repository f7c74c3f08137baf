#pragma once
/// \file
/// How the learning rate changes over a member's training.

namespace clvae::train {

enum class LearningRateSchedule {
  constant,
  /// Up from a 25th of the peak over the first 30 % of the steps, then down to nearly nothing, both
  /// along half a cosine (Smith and Topin, arXiv 1708.07120; the shape of PyTorch's OneCycleLR).
  one_cycle,
};

/// The rate of one step. \param peak highest rate  \param step from 0  \param steps of the whole
/// training, at least 1. Any rank.
double learning_rate_at(LearningRateSchedule schedule, double peak, long step, long steps);

}  // namespace clvae::train
