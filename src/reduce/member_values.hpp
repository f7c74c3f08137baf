#pragma once
/// \file
/// What trained members left behind, as scores read it.

#include <cstddef>
#include <cstdint>
#include <vector>

#include <gsl/span>

#include "clvae/core/errors.hpp"
#include "reduce/gaussians.hpp"
#include "reduce/references.hpp"

namespace clvae::reduce {

/// Which samples.
enum class Part {
  train,       ///< inliers that members were trained on
  validation,  ///< inliers held out
  test,        ///< inliers and outliers
};

/// What there may be of a member.
enum class Quantity {
  latents,                  ///< [samples, d]: posterior means
  class_gaussians,          ///< one Gaussian for each class, fitted to the training latents
  reference_latents,        ///< of training samples that all members share: `references()`
  reconstruction_errors,    ///< [samples]
  class_log_probabilities,  ///< [samples, K]
  class_log_likelihoods,    ///< [samples, K]
};

/// A quantity of one part of the samples.
struct Reading {
  Quantity quantity;
  Part part;
};

/// The members of one kind. Scores ask only for what their row of the table says that they read.
class MemberValues {
 public:
  MemberValues() = default;
  virtual ~MemberValues() = default;
  MemberValues(const MemberValues&) = delete;
  MemberValues& operator=(const MemberValues&) = delete;

  virtual std::size_t members() const = 0;
  virtual std::size_t classes() const = 0;  ///< K, of inliers
  /// The sample that stands at each place, in the order in which scores are wanted.
  virtual const std::vector<std::size_t>& places(Part part) const = 0;
  /// The inlier class of each training sample.
  virtual gsl::span<const std::int32_t> training_classes() const = 0;

  /// One member's values of all samples of the part; anything but Gaussians and references.
  virtual std::vector<float> values(std::size_t member, Reading reading) const = 0;
  /// One member's Gaussians, which all scores share.
  virtual const Gaussians& gaussians(std::size_t member) const = 0;
  /// What all members say of the same training inliers.
  virtual const References& references() const {
    throw RunError("members without reference inliers are scored together");
  }
};

}  // namespace clvae::reduce
