#pragma once
/// \file
/// An ensemble of trained CL-VAEs that scores new images or features: no labels, no training data,
/// no files.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gsl/span>

#include "clvae/score/scores.hpp"
#include "data/standardisation.hpp"
#include "data/unlabelled.hpp"
#include "networks/architecture.hpp"
#include "reduce/score_table.hpp"

namespace clvae::score {

/// Latents count as no further away than this in any direction, so that every score is finite. A
/// density is nothing long before.
inline constexpr float kFarthestLatent = 1e10F;

/// What scoring takes of one trained CL-VAE.
struct Member {
  std::vector<float> encoder_weights;  ///< in the order of networks::Architecture::encoder_layout
  reduce::Gaussians gaussians;         ///< of its inlier classes, all members' alike
  std::size_t index = 0;  ///< in its run; of scores that look at all members at once, as is
  std::vector<float> reference_latents = {};  ///< [R, d]
};

struct EnsembleOptions {
  networks::ArchitecturePtr architecture;
  std::vector<std::string> class_names;                         ///< [K], of the inlier classes
  const reduce::Score* score = reduce::score_named("density");  ///< one that can be primary
  reduce::Merge merge = reduce::Merge::mean;
  std::string device = "cpu";  ///< or "cuda:N"
  /// Of vectors of features: what brings them to what the members were trained on. Without it they
  /// are taken as they are.
  std::optional<data::Standardisation> standardisation;
  std::vector<std::int32_t> reference_classes;  ///< [R], of a score that is joint
};

/// What the members say of the reference inliers, in their order. \pre the score is joint
/// \throws UsageError where members have other references, or two the same index
std::shared_ptr<const reduce::References> references_of(const EnsembleOptions& options,
                                                        const std::vector<Member>& members);

using clvae::Scores;

/// Scores samples with all members. Bit for bit the same for the same samples in the same batches
/// of 256, on the same kind of processor with the same libraries; otherwise batched, scores differ
/// by the rounding of single precision. Scores are finite: features that are so far from all that
/// was trained on that a latent leaves -1e10..1e10 are scored as if it were at that bound. One
/// thread at a time.
class Ensemble {
 public:
  /// \throws UsageError where there is no member or class, members or the standardisation don't fit
  ///   the architecture or each other, the score is none that new samples can have, or can't be
  ///   merged so; RunError where the device can't be used
  Ensemble(const EnsembleOptions& options, const std::vector<Member>& members);
  ~Ensemble();
  Ensemble(const Ensemble&) = delete;
  Ensemble& operator=(const Ensemble&) = delete;
  Ensemble(Ensemble&&) noexcept;
  Ensemble& operator=(Ensemble&&) noexcept;

  std::size_t members() const;
  const std::vector<std::string>& class_names() const;
  const networks::Architecture& architecture() const;

  /// Works on 256 images at a time, so that memory beside the result does not grow with n.
  /// \param pixels [n, channels, height, width], 0..255
  /// \throws UsageError where they are no whole images, or members take features
  Scores score(gsl::span<const std::uint8_t> pixels) const;
  /// \param values [n, channels, height, width], images in 0..1; or [n, features] as they lie in
  ///   their file
  /// \throws UsageError where they are no whole samples, or a value is not finite or, of an image,
  ///   outside 0..1
  Scores score(gsl::span<const float> values) const;
  /// The same of numbers in double precision. Intensities are rounded to single precision.
  Scores score(gsl::span<const double> values) const;
  /// Whichever of the three the block has.
  Scores score(const data::SampleBlock& block) const;

  /// Anomaly scores of samples that the members have encoded before. 4 N n (K + 1) bytes.
  /// \param latents gives those of one member, [n, d], in the order in which members were given
  /// \throws UsageError for another number of latents, RunError for one that is not finite
  std::vector<float> anomalies_of_latents(
      std::size_t samples,
      const std::function<std::vector<float>(std::size_t member)>& latents) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clvae::score
