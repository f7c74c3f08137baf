#pragma once
/// \file
/// Members whose test set is a set from elsewhere, beside the run's own test inliers or others.

#include <optional>
#include <vector>

#include "config/config.hpp"
#include "data/dataset.hpp"
#include "evaluate/outside_set.hpp"
#include "evaluate/stored_members.hpp"
#include "methods/trained_member.hpp"

namespace clvae::evaluate {

/// The run's test inliers, or as many others from elsewhere, then `outliers` samples from
/// elsewhere; with the run's members.
TestBed with_outliers(const TestBed& run, const std::optional<std::size_t>& inliers,
                      std::size_t outliers);

/// What every member of a kind says of a set; the ranks share the members. Takes the memory of the
/// values, 4 N S (d + 1) bytes or 4 N S K. Collective. \param shape of a sample  \param device of
/// this rank \return [intact members] \throws SharedError
std::vector<methods::Statements> statements_of(const comm::Communicator& world,
                                               const store::Reader& reader,
                                               const config::Config& config,
                                               const data::ImageShape& shape,
                                               const KindMembers& kind, const Values& samples,
                                               const std::string& device, Console& console);

/// What members say of the samples of each side, one a member.
struct Sides {
  const std::vector<methods::Statements>* inliers = nullptr;  ///< null: the run's own test inliers
  const std::vector<methods::Statements>* outliers = nullptr;
};

/// Of test samples, what members say of both sides; all else is the run's.
class OutsideMembers : public RunMembers {
 public:
  /// \param run members, of the whole test set  \param is_outlier of the run's test samples
  /// \param bed of `with_outliers`. All must outlive this.
  OutsideMembers(const RunMembers& run, const std::vector<std::uint8_t>& is_outlier,
                 const TestBed& bed, const Sides& sides)
      : run_(run), is_outlier_(is_outlier), bed_(bed), sides_(sides) {}

  bool have(const reduce::Score& score) const override { return run_.have(score); }
  std::optional<std::string> lack(const reduce::Score& score) const override {
    return run_.lack(score);
  }
  std::size_t members() const override { return run_.members(); }
  std::size_t classes() const override { return run_.classes(); }
  const std::vector<std::size_t>& places(reduce::Part part) const override {
    return part == reduce::Part::test ? bed_.test_set.samples : run_.places(part);
  }
  gsl::span<const std::int32_t> training_classes() const override {
    return run_.training_classes();
  }
  /// \throws RunFileError; RunError where members say nothing of that quantity
  std::vector<float> values(std::size_t member, reduce::Reading reading) const override;
  const reduce::Gaussians& gaussians(std::size_t member) const override {
    return run_.gaussians(member);
  }
  const reduce::References& references() const override { return run_.references(); }

 private:
  std::vector<float> of_own_inliers(std::size_t member, reduce::Reading reading) const;

  const RunMembers& run_;
  const std::vector<std::uint8_t>& is_outlier_;
  const TestBed& bed_;
  Sides sides_;
};

}  // namespace clvae::evaluate
