#pragma once
/// \file
/// A trained run, from its file to an ensemble that scores new samples and the threshold that suits
/// it. One process: no MPI.

#include <optional>
#include <string>
#include <vector>

#include <gsl/span>

#include "clvae/clvae.hpp"
#include "config/config.hpp"
#include "core/kind.hpp"
#include "core/strong.hpp"
#include "data/dataset.hpp"
#include "reduce/proportion.hpp"
#include "score/ensemble.hpp"
#include "store/reader.hpp"

namespace clvae::embed {

/// The run file that a user names by itself, run.h5, or by its folder.
/// \throws UsageError where there is no run
std::string run_file_at(const std::string& folder_or_run_file);

/// Names of classes. \param classes indices into `class_names`
std::vector<std::string> names_of_classes(const std::vector<int>& classes,
                                          const std::vector<std::string>& class_names);

/// The settings of a reduction: the run file's own, with what the user wants otherwise.
/// \param overrides of keys "reduction.*" \throws ConfigError, RunFileError
config::Reduction reduction_of(const store::Reader& reader,
                               const std::vector<std::string>& overrides);

/// What merges members' scores: `reduction.merge`, or "joint" where the score looks at all of them
/// at once.
std::string merge_in_use(const config::Reduction& reduction);

/// The config of a run, with what the user wants otherwise. \throws ConfigError, RunFileError
config::Config scoring_config(const store::Reader& reader, const LoadOptions& options);

/// The shape of a run's samples, where its file tells it: that of an earlier version doesn't.
/// \throws RunFileError
std::optional<data::ImageShape> stored_shape(const store::Reader& reader);

/// The size of the samples that a run's CL-VAEs were trained on. A run file of an earlier version
/// doesn't tell that of images: then it is that of `candidate`, where the encoders have weights for
/// it, else of the square image that they have weights for.
/// \throws UsageError where the run has no CL-VAEs; RunFileError
data::ImageShape sample_shape_of(const store::Reader& reader, const config::Config& config,
                                 const std::optional<data::ImageShape>& candidate);

/// Members that can be scored with.
struct UsableMembers {
  std::vector<MemberIndex> intact;  ///< done, and with the checksum of their record
  std::size_t requested = 0;
};
/// \param intact which of the run's CL-VAEs are  \param most the first so many; 0: all
/// \throws UsageError where there are none, or fewer than `most`
UsableMembers usable_members(const store::Reader& reader, const std::vector<bool>& intact,
                             std::size_t most);
/// The same, taking the checksums. \throws UsageError also where the run has no CL-VAEs;
/// RunFileError
UsableMembers usable_members(const store::Reader& reader, std::size_t most);

/// Inlier index of each training sample, by which Gaussians are fitted. \throws RunFileError
std::vector<std::int32_t> training_classes(const store::Reader& reader);

/// The Gaussians of one member, from its training latents or what is kept of them.
/// \param training_classes of the run \throws reduce::DegenerateClusterError, RunFileError
reduce::Gaussians fit_of(const store::Reader& reader, Kind kind, MemberIndex member,
                         gsl::span<const std::int32_t> training_classes);

/// Whether members of a kind keep what scores of all members at once are fitted to.
bool has_references(const store::Reader& reader, Kind kind);

/// The training inliers that all members keep the latents of.
struct ReferenceSamples {
  std::vector<std::size_t> samples;   ///< [R], numbers of training samples
  std::vector<std::int32_t> classes;  ///< [R]
};
/// \param training_classes of the run \throws RunFileError
ReferenceSamples reference_samples(const store::Reader& reader,
                                   gsl::span<const std::int32_t> training_classes);
/// What one member says of them, [R, d]; taken from all training latents where a run has those.
/// \throws RunFileError
std::vector<float> reference_latents(const store::Reader& reader, Kind kind, MemberIndex member,
                                     const ReferenceSamples& references);

/// Everything that scoring takes of a run.
struct TrainedMembers {
  std::vector<MemberIndex> indices;  ///< in the order of merging, that of scores.csv
  std::size_t requested = 0;
  score::EnsembleOptions options;
  std::vector<score::Member> members;  ///< in the order of merging
};
/// Reads the members' weights. \param shape of `sample_shape_of`  \param fits of `usable.intact`
/// \throws RunFileError
TrainedMembers trained_members(const store::Reader& reader, const config::Config& config,
                               const data::ImageShape& shape, const UsableMembers& usable,
                               const std::vector<reduce::Gaussians>& fits);
/// The same, with the Gaussians fitted here. \throws UsageError, RunFileError,
/// reduce::DegenerateClusterError
TrainedMembers trained_members(const store::Reader& reader, const config::Config& config,
                               const data::ImageShape& shape, const UsableMembers& usable);

/// A run that is ready to score.
struct TrainedRun {
  std::vector<MemberIndex> members;  ///< in the order of merging
  std::size_t requested = 0;
  score::Ensemble ensemble;
};
/// \param device "cpu" or "cuda:N" \throws as score::Ensemble
TrainedRun ready(const TrainedMembers& trained, const std::string& device);

/// The device of a process that is alone. \throws UsageError where it is not there
std::string device_of(const config::Training& training);

/// Merged scores of one part of the run's samples, as its members encoded them.
/// \param part "validation" or "test" \throws RunFileError, RunError
std::vector<float> stored_anomalies(const store::Reader& reader, const TrainedRun& run,
                                    const std::string& part);

/// The false-alarm rate where none is asked for.
inline constexpr double kFalseAlarmRate = 0.05;

/// What is to be called an anomaly.
struct Alarm {
  std::optional<double> false_alarm_rate;  ///< wished for
  std::optional<double> threshold;         ///< in place of one for that rate
};

/// From which score on a sample is called an anomaly, and what that means on the run's test set.
struct Calibration {
  std::optional<float> threshold;
  std::string no_threshold;                ///< why there is none
  std::optional<double> false_alarm_rate;  ///< that was wished for
  std::size_t inliers = 0;                 ///< held out, that the threshold was taken from
  reduce::Proportion false_alarms;         ///< of the test inliers, 95 % intervals
  reduce::Proportion detections;           ///< of the test outliers
};
/// Takes the threshold from the validation inliers' scores. Where they are too few for the usual
/// rate, and none is asked for, there is no threshold. \throws UsageError as score::threshold_for
Calibration calibrated(const store::Reader& reader, const TrainedRun& run, const Alarm& alarm);

/// How a threshold was found, in one sentence.
std::string rule_of(const Calibration& calibration);

/// "8 of 10 CL-VAE members (score: density, merge: mean)".
std::string describe(const TrainedRun& run, const config::Config& config);
/// What the threshold is, and how often it is right on the test set: two lines.
std::string describe(const Calibration& calibration);

}  // namespace clvae::embed
