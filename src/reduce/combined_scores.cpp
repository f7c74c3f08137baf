#include "reduce/combined_scores.hpp"

#include <cmath>
#include <vector>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::reduce {

namespace {

/// What makes values of the validation inliers centred and scaled.
struct Standard {
  double mean = 0;
  double deviation = 0;
};

Standard standard_of(gsl::span<const float> values, const char* what, std::size_t size) {
  Standard standard;
  const auto count = static_cast<double>(values.size());
  for (const float value : values) standard.mean += static_cast<double>(value) / count;
  double squares = 0;
  for (const float value : values) {
    const double gap = static_cast<double>(value) - standard.mean;
    squares += gap * gap;
  }
  standard.deviation = std::sqrt(squares / (count - 1));
  if (!(standard.deviation > 0) || !std::isfinite(standard.deviation)) {
    throw RunError(fmt::format(
        "the {} of {} members has a standard deviation of {} over the validation inliers: it can't "
        "be scaled by it",
        what, size, standard.deviation));
  }
  return standard;
}

}  // namespace

CombinedScores::CombinedScores(CombinedParts parts) : parts_(std::move(parts)) {
  const std::size_t members = parts_.test_error->members();
  const bool same_members = parts_.test_divergence->members() == members &&
                            parts_.validation_divergence->members() == members &&
                            parts_.validation_error->members() == members;
  const bool same_samples =
      parts_.test_divergence->samples() == parts_.test_error->samples() &&
      parts_.validation_divergence->samples() == parts_.validation_error->samples();
  if (!same_members || !same_samples) {
    throw UsageError("divergence and error to be combined are not of the same members and samples");
  }
  if (parts_.validation_error->samples() < 2) {
    throw UsageError(fmt::format("{} validation inliers: a combined score is scaled by theirs",
                                 parts_.validation_error->samples()));
  }
}

void CombinedScores::anomalies(gsl::span<const Order> orders, gsl::span<float> scores) const {
  // Errors are given at every size, divergences where the score gives them, in strides of its own.
  const std::vector<std::size_t> given = sizes();
  const ScoredMembers& test_divergence = *parts_.test_divergence;
  const ScoredMembers& validation_divergence = *parts_.validation_divergence;
  const ScoredMembers& validation = *parts_.validation_error;
  std::vector<float> divergences(given.size() * test_divergence.stride());
  std::vector<float> errors(members() * stride());
  std::vector<float> validation_divergences(given.size() * validation_divergence.stride());
  std::vector<float> validation_errors(members() * validation.stride());
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const auto order = orders.subspan(i, 1);
    parts_.test_divergence->anomalies(order, divergences);
    parts_.test_error->anomalies(order, errors);
    parts_.validation_divergence->anomalies(order, validation_divergences);
    parts_.validation_error->anomalies(order, validation_errors);
    for (std::size_t g = 0; g < given.size(); ++g) {
      const std::size_t size = given[g];
      const Standard divergence = standard_of(
          {&validation_divergences[g * validation_divergence.stride()], validation.samples()},
          "latent divergence", size);
      const Standard error =
          standard_of({&validation_errors[(size - 1) * validation.stride()], validation.samples()},
                      "reconstruction error", size);
      const float* own_divergences = &divergences[g * test_divergence.stride()];
      const float* own_errors = &errors[(size - 1) * stride()];
      float* own_scores = &scores[(i * given.size() + g) * stride()];
      for (std::size_t j = 0; j < samples(); ++j) {
        own_scores[j] = static_cast<float>(
            (static_cast<double>(own_divergences[j]) - divergence.mean) / divergence.deviation +
            (static_cast<double>(own_errors[j]) - error.mean) / error.deviation);
      }
    }
  }
}

}  // namespace clvae::reduce
