#pragma once
/// \file
/// What samples a run takes, and its ensemble on all ranks.

#include <optional>
#include <string>

#include "comm/communicator.hpp"
#include "data/split.hpp"
#include "data/unlabelled.hpp"
#include "embed/trained_run.hpp"

namespace clvae::evaluate {

/// How new samples are scored.
struct ScoreOptions {
  std::string data;               ///< file or folder; "-": standard input
  std::string output;             ///< .h5 or .csv file
  bool skips_unreadable = false;  ///< image files
  std::optional<double> scale;    ///< of arrays of images, not of bytes: what stands for white
  embed::Alarm alarm;
  LoadOptions loading;
};

/// What samples a run was trained on. \param candidate as of embed::sample_shape_of
/// \throws UsageError where the run has no CL-VAEs; RunFileError
data::SampleForm sample_form_of(const store::Reader& reader, const config::Config& config,
                                const std::optional<data::ImageShape>& candidate);

/// The same of any run, whatever its methods.
data::SampleForm sample_form_of(const store::Reader& reader, const config::Config& config);
/// What samples a run is to be trained on, before there is one.
data::SampleForm sample_form_of(const data::Experiment& experiment, const config::Config& config);

/// Refuses samples of another shape than a run's. \param path of the samples \throws DataError
void require_shape(const std::string& path, const data::ImageShape& found,
                   const data::ImageShape& expected);

/// Loads the members, and how features are standardised; the ranks share checksums and fits.
/// Collective. \param shape of `sample_form_of` \throws SharedError, also where there are no such
/// members
embed::TrainedRun agreed_run(const comm::Communicator& world, const store::Reader& reader,
                             const config::Config& config, const data::ImageShape& shape,
                             const ScoreOptions& options);
/// The same by a process that is alone. \throws UsageError, RunError, RunFileError
embed::TrainedRun own_run(const store::Reader& reader, const config::Config& config,
                          const data::ImageShape& shape, const ScoreOptions& options);

}  // namespace clvae::evaluate
