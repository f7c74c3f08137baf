#pragma once
/// \file
/// Training inliers whose latents all members keep, so that scores can look at members together.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <gsl/span>

#include "reduce/gaussians.hpp"

namespace clvae::reduce {

/// How many there are, or all training inliers where those are fewer.
inline constexpr std::size_t kReferences = 5000;

/// Draws them: classes take turns, each in an order of its own that follows from the data alone, so
/// that runs of other seeds have the same, and the first so many hold every class alike as long as
/// it lasts. \param fingerprint of the data  \param classes [n] of the training samples, in
/// 0..class_count-1  \return numbers of training samples
std::vector<std::size_t> draw_references(std::string_view fingerprint,
                                         gsl::span<const std::int32_t> classes,
                                         std::size_t class_count);

/// Members of one class of Gaussians each, fitted to their joined latents.
struct MemberBlock {
  std::vector<std::size_t> members;  ///< places, by ascending index in the run
  /// For each set of them but the empty one, whose member i has the bit 2^i: `fits[set - 1]`.
  std::vector<Gaussians> fits;
};

/// Members that a Gaussian is fitted to at once: those of the indices 3b, 3b + 1 and 3b + 2.
inline constexpr std::size_t kBlockMembers = 3;
/// Added to a covariance's diagonal, in units of the mean variance: members may say nearly the
/// same.
inline constexpr double kRidge = 1e-6;

/// What members say of the reference inliers.
class References {
 public:
  /// \param classes [R] of the references  \param indices [N] of the members in their run
  /// \param latents [N] of [R, d]  \param own [N]: the members' own Gaussians
  /// \throws UsageError where they don't fit each other
  References(std::vector<std::int32_t> classes, std::vector<std::size_t> indices,
             std::vector<std::vector<float>> latents, std::vector<Gaussians> own);

  std::size_t members() const { return indices_.size(); }
  std::size_t size() const { return classes_.size(); }  ///< R
  std::size_t classes() const { return static_cast<std::size_t>(own_.front().classes); }
  std::size_t dimension() const { return static_cast<std::size_t>(own_.front().dimension); }
  /// [R, d]
  gsl::span<const float> latents(std::size_t member) const { return latents_.at(member); }

  /// Of each block that has members, the Gaussians of every set of them; fitted when they are asked
  /// for first. Where a class has fewer references than such a Gaussian needs, its members are
  /// taken for independent, each with its own Gaussian. One thread at a time. \throws
  /// DegenerateClusterError
  const std::vector<MemberBlock>& blocks() const;

 private:
  Gaussians fitted_together(const std::vector<std::size_t>& members) const;
  void append_class(std::int32_t label, const std::vector<std::size_t>& members,
                    Gaussians& fit) const;
  void append_independent(std::int32_t label, const std::vector<std::size_t>& members,
                          Gaussians& fit) const;

  std::vector<std::int32_t> classes_;
  std::vector<std::size_t> indices_;
  std::vector<std::vector<float>> latents_;
  std::vector<Gaussians> own_;
  mutable std::vector<MemberBlock> blocks_;
};

/// Some samples' latents of all. \param latents [n, d]  \return [samples, d]
std::vector<float> latents_of(const std::vector<std::size_t>& samples,
                              const std::vector<float>& latents, std::size_t dimension);

/// Latents of several members side by side. \param latents of each, [n, d]  \return [n, members *
/// d]
std::vector<float> side_by_side(const std::vector<gsl::span<const float>>& latents,
                                std::size_t dimension);

}  // namespace clvae::reduce
