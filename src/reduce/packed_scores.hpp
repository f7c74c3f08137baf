#pragma once
/// \file
/// All members' values of one way to score, packed for merging in every order.

#include <cstdint>
#include <vector>

#include "reduce/scored_members.hpp"

namespace clvae::reduce {

/// A logarithm below this is taken for that of nothing: its exponent would leave 32 bits.
constexpr double kLeastLogarithm = -1e8;
/// The logarithm of nothing, to within the last bits of single precision.
constexpr double kLogarithmOfNothing = -186065367.0;

/// Members' values in single precision, 4 N S (K + 1) bytes for N members, S samples, K classes.
///
/// For the mean of densities each member and sample has a power of two of its own, so that neither
/// a density of exp(-10^5) nor one member's far larger one loses anything: a class that vanishes
/// beside the member's best class (by 2^-126) could never be the merged best class. What is lost is
/// the rounding of k sums in single precision, relative k 2^-24 at most, which changes an AUC only
/// through pairs of samples that close: measured below 1e-7 for 100 members and 13,806 samples.
/// Bit for bit the same on every x86-64 processor and in whatever groups orders are walked.
class PackedScores : public ScoredMembers {
 public:
  /// \param samples the sample that stands at each place (TestSet::samples)
  /// \throws UsageError where the values can't be merged so, or there is nothing to merge
  PackedScores(const ScoreTraits& traits, Merge merge, std::vector<std::size_t> samples,
               std::size_t members);

  /// \param values [samples, classes] of one member
  /// \throws RunError for NaN or an infinite confidence or error (densities may vanish: -infinity),
  ///   UsageError for another number of values
  void set_member(std::size_t member, gsl::span<const double> values);

  std::size_t members() const override { return members_; }
  std::size_t samples() const override { return samples_.size(); }
  std::size_t stride() const override;
  void ranking_scores(gsl::span<const Order> orders, gsl::span<float> scores) const override;

  /// For confidences minus the largest merged class score (of logarithms: minus the log of the
  /// merged density), for errors the merged error.
  void anomalies(gsl::span<const Order> orders, gsl::span<float> scores) const override;
  /// \return whether it can without setting all members again \throws UsageError where the values
  ///   can't be merged so
  bool change_merge(Merge merge) override;

 private:
  void walk(gsl::span<const Order> orders, gsl::span<float> scores, bool for_ranks) const;
  bool has_exponents() const;
  std::size_t columns() const;
  void set_exponentials(std::size_t member, std::size_t place, const double* values);

  ScoreTraits traits_;
  const MergeRow* merge_;
  std::vector<std::size_t> samples_;
  std::size_t members_;
  std::size_t tiles_;
  /// Values of samples that are worked on together; aligned, as vector instructions like it.
  template <class Value>
  struct alignas(64) Lanes {
    Value lane[16];
  };

  std::vector<Lanes<float>> values_;            ///< [tiles][N][columns]
  std::vector<Lanes<std::int32_t>> exponents_;  ///< [tiles][N], of exponentials alone
};

}  // namespace clvae::reduce
