#pragma once
/// \file
/// clvae within another program: a trained run that scores new samples.
///
/// CMake: `find_package(clvae REQUIRED)`, `target_link_libraries(app PRIVATE clvae::clvae)`. Takes
/// headers of the standard library alone; a program that uses it needs no MPI, calls no MPI_Init
/// and is not started by mpirun. Every failure is an error of `clvae/core/errors.hpp`, all of them
/// clvae::Error, whose `what()` is one line that names the file, what was found and what was
/// expected.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "clvae/core/errors.hpp"
#include "clvae/core/export.hpp"
#include "clvae/score/scores.hpp"

namespace clvae {

/// How a run is loaded. What is left as it is follows from the run.
struct LoadOptions {
  std::size_t members = 0;  ///< use the first so many that are done; 0: all
  std::string score;        ///< a word that a config's reduction.score may be, such as density
  std::string merge;        ///< a word that a config's reduction.merge may be, such as mean
  std::string device;       ///< auto, cpu or cuda
  int threads = 0;          ///< of LibTorch, while it loads or scores
};

/// What one sample is.
struct SampleShape {
  bool is_features = false;  ///< a vector of features; else an image
  int channels = 0;          ///< of an image; of a vector its number of features
  int height = 0;            ///< of an image, in pixels; of a vector 1
  int width = 0;             ///< of an image, in pixels; of a vector 1

  /// Numbers that a sample has.
  std::size_t values() const {
    return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(width);
  }
};

/// The CL-VAE members of a run, which score samples exactly as `clvae score` does: bit for bit the
/// same for the same samples in the same batches of 256, counted from the first of a call, on the
/// same kind of processor with the same libraries. May be loaded while the run is still training.
/// One thread at a time: loading as well, as HDF5 is not made for more.
class CLVAE_EXPORT Detector {
 public:
  /// Loads a run. \param run its folder, or its run.h5
  /// \throws UsageError where there is no such run, no CL-VAE of it is done, or there are no such
  ///   members, device or number of threads; ConfigError for a score and merge that can't be;
  ///   RunFileError where the file is no run file, of another version, cut off or damaged; RunError
  ///   where the device can't be used, or a class of a member has no cluster; IoError where the
  ///   file can't be opened
  explicit Detector(const std::string& run, const LoadOptions& options = {});
  ~Detector();
  Detector(const Detector&) = delete;
  Detector& operator=(const Detector&) = delete;
  Detector(Detector&&) noexcept;
  Detector& operator=(Detector&&) noexcept;

  /// Names of the classes that the run was trained on.
  const std::vector<std::string>& class_names() const;
  /// Indices of the members in use, in the order of merging.
  const std::vector<std::size_t>& members() const;
  /// How many members the run is to have.
  std::size_t members_requested() const;
  const SampleShape& sample_shape() const;
  /// The score and the merge in use, as LoadOptions has them; the merge of a score that looks at
  /// all members at once is "joint".
  const std::string& score_name() const;
  const std::string& merge_name() const;

  /// Scores images. \param values [n, channels, height, width], 0..255
  /// \throws UsageError where they are no n whole samples, or samples are features
  Scores score(const std::uint8_t* values, std::size_t samples) const;
  Scores score(const std::vector<std::uint8_t>& values) const;
  /// Scores images of intensities in 0..1, [n, channels, height, width]; or features as they lie in
  /// their file, [n, features]: they are standardised as in the run.
  /// \throws UsageError where they are no n whole samples, or a value is not finite or no intensity
  Scores score(const float* values, std::size_t samples) const;
  Scores score(const std::vector<float>& values) const;
  /// The same of numbers in double precision, in which features are standardised: those that are
  /// close to each other and far from 0, such as times, lose nothing so.
  Scores score(const double* values, std::size_t samples) const;
  Scores score(const std::vector<double>& values) const;

  /// A sample whose anomaly score is above it is to be called an anomaly, for a wished share of
  /// false alarms among samples of the known classes; taken from the run's held-out inliers as
  /// `clvae score --false-alarm-rate` does.
  /// \throws UsageError where the rate is not in (0, 1), or the run held out too few inliers for it
  float threshold(double false_alarm_rate = 0.05) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clvae
