#pragma once
/// \file
/// Where scores of new samples go: an HDF5 file or a CSV table.

#include <cstdint>
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

/// The nearest class of a sample that could not be read; its other values are not numbers.
inline constexpr std::int32_t kNoClass = -1;
bool is_scored(const score::Scores& scores, std::size_t sample);

/// Where samples are named that could not be read: "scores.unreadable.csv" beside scores.csv.
std::string unreadable_file_of(const std::string& output);
/// Writes it, with index, file and reason of each. \throws IoError
void write_unreadable(const std::vector<data::UnreadableSample>& samples,
                      const std::string& output);

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
