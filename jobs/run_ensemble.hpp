#pragma once
/// \file
/// The trained ensemble of a run, ready to score new samples, and the threshold that suits it.

#include <optional>
#include <string>
#include <vector>

#include "clvae/comm/communicator.hpp"
#include "clvae/config/config.hpp"
#include "clvae/data/unlabelled.hpp"
#include "clvae/reduce/proportion.hpp"
#include "clvae/score/ensemble.hpp"
#include "clvae/store/reader.hpp"
#include "jobs.hpp"

namespace clvae::jobs {

/// The config of a run, with what the user wants otherwise for scoring. One process.
/// \throws ConfigError, RunFileError
config::Config scoring_config(const store::Reader& reader, const ScoreOptions& options);

/// What samples a run was trained on. A run file of an earlier version doesn't tell the size of
/// images: then it is that of `candidate`, where the encoders have weights for it, else of the
/// square image that they have weights for. \throws UsageError where the run has no CL-VAEs;
/// RunFileError
data::SampleForm sample_form_of(const store::Reader& reader, const config::Config& config,
                                const std::optional<data::ImageShape>& candidate);

/// The run's CL-VAE members that are done and intact.
struct RunEnsemble {
  std::vector<MemberIndex> members;  ///< in the order in which they are merged, that of scores.csv
  std::size_t requested = 0;
  score::Ensemble ensemble;
};

/// Loads the members, and how features are standardised; the ranks share checksums and fits.
/// Collective. \param shape of `sample_form_of` \throws SharedError, also where there are no such
/// members
RunEnsemble agreed_ensemble(const comm::Communicator& world, const store::Reader& reader,
                            const config::Config& config, const data::ImageShape& shape,
                            const ScoreOptions& options);
/// The same by a process that is alone. \throws UsageError, RunError, RunFileError
RunEnsemble own_ensemble(const store::Reader& reader, const config::Config& config,
                         const data::ImageShape& shape, const ScoreOptions& options);

/// From which score on a sample is called an anomaly, and what that means on the run's test set.
struct Calibration {
  float threshold = 0;
  std::optional<double> false_alarm_rate;  ///< that was wished for
  std::size_t inliers = 0;                 ///< held out, that the threshold was taken from
  reduce::Proportion false_alarms;         ///< of the test inliers, 95 % intervals
  reduce::Proportion detections;           ///< of the test outliers
};

/// Takes the threshold from the validation inliers' scores. One process.
/// \throws UsageError as score::threshold_for
Calibration calibrated(const store::Reader& reader, const RunEnsemble& run,
                       const ScoreOptions& options);

/// "8 of 10 CL-VAE members (density, mean)".
std::string describe(const RunEnsemble& run, const config::Config& config);
/// What the threshold is, and how often it is right on the test set: two lines.
std::string describe(const Calibration& calibration);

}  // namespace clvae::jobs
