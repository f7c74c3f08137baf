#pragma once
/// \file
/// Where scores of new samples go: an HDF5 file or a CSV table.

#include <memory>
#include <string>
#include <vector>

#include "core/console.hpp"
#include "evaluate/run_ensemble.hpp"

namespace clvae::evaluate {

/// Takes scores in the order of the samples; the file appears whole, when it is finished, or not at
/// all. One process. All functions throw IoError.
class ScoreOutput {
 public:
  ScoreOutput() = default;
  virtual ~ScoreOutput() = default;
  ScoreOutput(const ScoreOutput&) = delete;
  ScoreOutput& operator=(const ScoreOutput&) = delete;

  virtual void append(const score::Scores& scores) = 0;
  virtual void finish() = 0;
};

/// Refuses names that can't be written to, before any work is done. One process.
/// \throws UsageError where the name ends in neither .h5, .hdf5 nor .csv, its folder isn't there,
/// or
///   it is that of a run file or of the data
void require_output_name(const ScoreOptions& options);

/// What is said of the scores in the file itself.
struct ScoredWith {
  const store::Reader& reader;
  const config::Config& config;
  const embed::TrainedRun& run;
  const embed::Calibration& calibration;
};

/// \param samples must outlive what is returned \throws IoError, RunFileError
std::unique_ptr<ScoreOutput> open_output(const ScoreOptions& options,
                                         const data::UnlabelledSamples& samples,
                                         const ScoredWith& with, Console& console);

}  // namespace clvae::evaluate
