#pragma once
// Members that have references, as scores of all members at once read them.

#include <utility>
#include <vector>

#include "core/random.hpp"
#include "reduce/member_values.hpp"
#include "walks.hpp"

namespace clvae::reduce {

/// What was given of them; their Gaussians are fitted to the references.
class GivenMembers : public MemberValues {
 public:
  /// \param references [N] of [R, d]  \param samples [N] of [samples, d]
  GivenMembers(std::vector<std::int32_t> classes, const std::vector<std::size_t>& indices,
               const std::vector<std::vector<float>>& references,
               std::vector<std::vector<float>> samples, int class_count, int dimension)
      : classes_(static_cast<std::size_t>(class_count)),
        samples_(std::move(samples)),
        places_(in_order(samples_.front().size() / static_cast<std::size_t>(dimension))),
        gaussians_(fitted(classes, references, class_count, dimension)),
        references_(std::move(classes), indices, references, gaussians_) {}

  std::size_t members() const override { return samples_.size(); }
  std::size_t classes() const override { return classes_; }
  const std::vector<std::size_t>& places(Part /*part*/) const override { return places_; }
  gsl::span<const std::int32_t> training_classes() const override { return {}; }
  std::vector<float> values(std::size_t member, Reading /*latents*/) const override {
    return samples_[member];
  }
  const Gaussians& gaussians(std::size_t member) const override { return gaussians_[member]; }
  const References& references() const override { return references_; }

 private:
  static std::vector<Gaussians> fitted(const std::vector<std::int32_t>& classes,
                                       const std::vector<std::vector<float>>& references,
                                       int class_count, int dimension) {
    std::vector<Gaussians> fits;
    for (const auto& latents : references) {
      fits.push_back(fit_gaussians(latents, classes, class_count, dimension));
    }
    return fits;
  }

  std::size_t classes_;
  std::vector<std::vector<float>> samples_;
  std::vector<std::size_t> places_;
  std::vector<Gaussians> gaussians_;
  References references_;
};

/// Members with indices 0, 1, ... that see references of two classes and samples, the second half
/// of them in between the classes, each through a map of its own. d = 2
inline GivenMembers drawn_members(std::size_t members, std::size_t references, std::size_t samples,
                                  Seed seed) {
  RandomStream stream(seed);
  std::vector<std::int32_t> classes;
  std::vector<double> told;
  for (std::size_t i = 0; i < references + samples; ++i) {
    const auto label = static_cast<std::int32_t>(i % 2);
    const bool is_outlier = i >= references + samples / 2;
    if (i < references) classes.push_back(label);
    for (int axis = 0; axis < 2; ++axis) {
      told.push_back((is_outlier ? 2.0 : 4.0 * label) + stream.normal());
    }
  }
  std::vector<std::vector<float>> of_references(members);
  std::vector<std::vector<float>> of_samples(members);
  for (std::size_t member = 0; member < members; ++member) {
    const double a = stream.normal();
    const double b = stream.normal();
    for (std::size_t i = 0; i < references + samples; ++i) {
      auto& latents = i < references ? of_references[member] : of_samples[member];
      latents.push_back(
          static_cast<float>(a * told[2 * i] + b * told[2 * i + 1] + stream.normal()));
      latents.push_back(
          static_cast<float>(b * told[2 * i] - a * told[2 * i + 1] + stream.normal()));
    }
  }
  return {std::move(classes), in_order(members), of_references, std::move(of_samples), 2, 2};
}

}  // namespace clvae::reduce
