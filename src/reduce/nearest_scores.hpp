#pragma once
/// \file
/// How far samples are from the training inliers in the latent spaces of all members at once.

#include <vector>

#include "reduce/member_values.hpp"
#include "reduce/scored_members.hpp"

namespace clvae::reduce {

/// So many of the first references are looked at.
inline constexpr std::size_t kNearestReferences = 500;
/// Which of the neighbours counts, the nearest being the first; fewer where there are fewer.
inline constexpr std::size_t kNeighbour = 5;

/// Of a set of k members: the distance, in their joined latents, of the fifth nearest reference
/// inlier, over the root of k, so that it is in units of one latent space. Squared distances of
/// members add up; they are rounded so that the sums are exact, in whatever order members join:
/// the score is one of the set alone.
///
/// Orders that are rotations of one another cost little more than one: a set that follows one
/// another in them is the difference of two that begin with the first. Takes 4 N d (S + 512) bytes,
/// and 4,096 (N + 1) where it walks.
class NearestScores : public ScoredMembers {
 public:
  /// \param members with references and latents of the part
  /// \throws RunError where a latent is no number
  NearestScores(const MemberValues& members, Part part);

  std::size_t members() const override { return members_; }
  std::size_t samples() const override { return samples_; }
  std::size_t stride() const override { return samples_; }
  std::vector<std::size_t> sizes() const override { return thinned_sizes(members_); }
  bool is_joint() const override { return true; }
  void anomalies(gsl::span<const Order> orders, gsl::span<float> scores) const override;

 private:
  void walk_rotations(gsl::span<const Order> orders, const std::vector<std::size_t>& first,
                      const std::vector<std::size_t>& sizes, gsl::span<float> scores) const;

  std::size_t members_;
  std::size_t samples_;
  std::size_t dimension_;
  std::size_t width_;  ///< references, and what fills the last lanes
  std::size_t neighbour_;
  std::vector<float> latents_;     ///< [samples][N][d], in the order of the places
  std::vector<float> references_;  ///< [N][d][width]
};

}  // namespace clvae::reduce
