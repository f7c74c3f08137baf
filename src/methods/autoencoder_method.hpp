#pragma once
/// \file
/// What the methods have in common whose members are an encoder and a decoder.

#include "methods/method.hpp"
#include "train/autoencoder_training.hpp"

namespace clvae::methods {

/// Members that leave latents, reconstruction errors and weights. A derived class says what their
/// training minimises, and what else there is.
class AutoencoderMethod : public Method {
 public:
  using Method::Method;

  bool shows_latents() const override { return true; }
  std::vector<store::MemberDataset> datasets(const Setting& setting) const override;
  std::int64_t parameters(const Setting& setting) const override;
  double flops(const Setting& setting) const override;
  double flops_of_sample(const Setting& setting) const override;
  double memory(const Setting& setting) const override;
  Pace measure_pace(const Setting& setting, const std::string& device,
                    double seconds) const override;
  std::unique_ptr<Training> begin(const Bench& bench, const Member& member, Seed seed,
                                  const std::string& state) const override;
  Statements statements(const TrainedMember& member, const Values& samples) const override;

 protected:
  /// \param centres of the classes, [K, d]; empty where the members have none
  virtual train::AutoencoderGoal goal(const networks::LossOptions& options,
                                      std::vector<double> centres) const = 0;
  /// What stands in place of the training latents where a run does not keep them.
  virtual std::vector<store::MemberDataset> in_place_of_latents(const Setting& /*setting*/) const {
    return {};
  }
  /// Checks a trained member, and makes what stands in place of its training latents.
  /// \throws AttemptError where it can't be used
  virtual void settle(const Setting& /*setting*/, Trained& /*trained*/) const {}
};

}  // namespace clvae::methods
