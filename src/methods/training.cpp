#include "methods/training.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "store/slabs.hpp"

namespace clvae::methods {

namespace {

/// \throws AttemptError where a value is not finite
void require_finite(const Trained& trained) {
  for (const auto& [name, values] : trained.values) {
    if (name == slab::kLossHistory) continue;  // NaN stands there for epochs not run
    const auto bad = std::find_if_not(values.begin(), values.end(),
                                      [](float value) { return std::isfinite(value); });
    if (bad != values.end()) {
      throw AttemptError(fmt::format("{} holds {}", name, static_cast<double>(*bad)));
    }
  }
}

}  // namespace

Piece Training::advance() {
  const Piece piece = steps_->advance();
  if (piece != Piece::done) return piece;
  trained_ = leave_();
  require_finite(trained_);
  if (settle_) settle_(trained_);
  return piece;
}

}  // namespace clvae::methods
