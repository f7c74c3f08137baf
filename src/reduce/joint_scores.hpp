#pragma once
/// \file
/// How far samples are from each class in the latent spaces of all members at once.

#include <cstdint>
#include <vector>

#include "reduce/member_values.hpp"
#include "reduce/scored_members.hpp"

namespace clvae::reduce {

/// Of a set of k members: the squared Mahalanobis distance of their joined latents from the nearest
/// class, over k. A class has one Gaussian for the members of each block that are in the set
/// (`References::blocks`); blocks are taken for independent, so that their distances add up. They
/// are rounded so that the sums are exact, in whatever order members join: the score is one of the
/// set alone. Members that say the same count less than members that say two things, which no mean
/// of their distances can know.
///
/// Takes 4 S K 7 N / 3 bytes.
class JointScores : public ScoredMembers {
 public:
  /// \param members with references and latents of the part
  /// \throws RunError where a distance is no number; DegenerateClusterError
  JointScores(const MemberValues& members, Part part);

  std::size_t members() const override { return joins_.size(); }
  std::size_t samples() const override { return samples_; }
  std::size_t stride() const override;
  std::vector<std::size_t> sizes() const override { return thinned_sizes(members()); }
  bool is_joint() const override { return true; }
  void anomalies(gsl::span<const Order> orders, gsl::span<float> scores) const override;

 private:
  /// Where a member is.
  struct Join {
    std::size_t block = 0;
    std::size_t bit = 0;        ///< of the sets of its block
    std::size_t first_row = 0;  ///< of its block: that of the empty set is 0
  };
  /// The rows that count along an order, as JointWalk takes them.
  struct Steps {
    std::vector<std::size_t> joined;
    std::vector<std::size_t> before;
  };
  Steps steps_of(const Order& order) const;
  void set_rows(std::size_t row, const std::vector<double>& scores,
                const std::vector<std::size_t>& places);

  std::size_t samples_;
  std::size_t classes_;
  std::size_t rows_ = 1;  ///< the first is of no members
  std::vector<Join> joins_;
  std::size_t blocks_ = 0;
  std::vector<float> values_;  ///< [tiles][rows][K][lanes]
};

/// The class scores whose largest is minus the score of all members, [samples, K], by number of the
/// sample: minus the squared distances over the number of members.
std::vector<float> joint_class_scores(const MemberValues& members, Part part);

}  // namespace clvae::reduce
