#pragma once
/// \file
/// The scoring of new samples, which the ranks share.

#include <cstddef>
#include <optional>

#include "comm/communicator.hpp"
#include "core/console.hpp"
#include "data/unlabelled.hpp"
#include "evaluate/score_output.hpp"
#include "score/ensemble.hpp"

namespace clvae::evaluate {

struct ScoringResult {
  std::size_t anomalies = 0;  ///< samples above the threshold, if there is one; on rank 0
  double seconds = 0;
  data::ReadingNotes notes;  ///< of all ranks, in the order of the samples; on all of them
};

/// Scores all samples: the ranks take one block each, in turns, and rank 0 writes them in order, so
/// that any number of ranks gives the same file. Collective.
/// \param samples the same on all ranks \param output of rank 0; null on the others
/// \throws SharedError, also where a signal came
ScoringResult score_together(const comm::Communicator& world, data::UnlabelledSamples& samples,
                             const score::Ensemble& ensemble, std::optional<float> threshold,
                             ScoreOutput* output, Console& console);

}  // namespace clvae::evaluate
