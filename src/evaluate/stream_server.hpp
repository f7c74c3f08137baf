#pragma once
/// \file
/// Answers to a stream of samples on standard input.

#include <cstddef>
#include <optional>

#include "data/unlabelled.hpp"
#include "embed/trained_run.hpp"

namespace clvae::evaluate {

/// What became of the items of a stream.
struct StreamResult {
  std::size_t answered = 0;
  std::size_t refused = 0;  ///< of those: could not be scored, and were answered by an error
};

/// Answers each sample on standard input with a line on standard output, at once, until the input
/// ends, a signal comes, or nobody reads on. One process. \param threshold what is above it is an
/// anomaly; without it nothing is said of that \throws DataError for a stream that is neither lines
/// of JSON nor IDX; IoError
StreamResult answer_stream(const embed::TrainedRun& run, std::optional<float> threshold,
                           const data::SampleForm& form);

}  // namespace clvae::evaluate
