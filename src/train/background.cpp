#include "train/background.hpp"

#include <chrono>
#include <utility>

namespace clvae::train {

Background::Background(std::unique_ptr<Training> training) : training_(std::move(training)) {}

Background::~Background() {
  if (piece_.valid()) piece_.wait();
}

Piece Background::advance() {
  // Long enough not to burn a core where there is nothing else to do.
  constexpr auto kNap = std::chrono::milliseconds(1);
  if (!piece_.valid()) {
    piece_ = std::async(std::launch::async, [this] { return training_->advance(); });
  }
  if (piece_.wait_for(kNap) != std::future_status::ready) return Piece::batch;
  const Piece piece = piece_.get();
  epochs_ended_ = training_->epochs_ended();
  if (epochs_ended_ > 0) epoch_ = training_->epoch();
  has_ended_ = training_->has_ended();
  return piece;
}

}  // namespace clvae::train
