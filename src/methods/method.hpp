#pragma once
/// \file
/// A method: what members of one kind are, how they are trained, and what they leave.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "core/kind.hpp"
#include "data/split.hpp"
#include "methods/bench.hpp"
#include "methods/plan.hpp"
#include "methods/trained_member.hpp"
#include "methods/training.hpp"
#include "store/schema.hpp"
#include "train/throughput.hpp"

namespace clvae::methods {

/// How fast one rank makes members.
struct Pace {
  train::Throughput throughput;
  double member_seconds = 0;  ///< training for all its epochs, and encoding
};

/// What all members of a kind have in common. Stateless. What stands in `core/kind.hpp` of the kind
/// (its name, its title, whether it is random) is not repeated here.
class Method {
 public:
  explicit Method(Kind kind) : kind_(kind) {}
  virtual ~Method() = default;
  Method(const Method&) = delete;
  Method& operator=(const Method&) = delete;

  Kind kind() const { return kind_; }

  /// Whether members pull each class to a centre of its own, by a permutation of their own.
  virtual bool has_centres() const { return false; }
  /// Whether `model.latent_dim` says something of the members.
  virtual bool has_dimension() const { return true; }
  /// Whether a member's latents are worth a picture.
  virtual bool shows_latents() const { return false; }
  /// Whether a training that is interrupted can be gone on with.
  virtual bool keeps_state() const { return true; }
  /// The device that members are trained on. \param given to the rank
  virtual std::string device_for(const std::string& given) const { return given; }

  /// What each member leaves in the run file, in checksum order.
  virtual std::vector<store::MemberDataset> datasets(const Setting& setting) const = 0;
  /// Refuses what could only fail once members are trained. \throws UsageError, DataError
  virtual void require_trainable(const Setting& /*setting*/) const {}
  /// Refuses samples that differ too little for any training, with class and remedy. Reads some of
  /// them, or all of a class that is refused. \throws DataError
  virtual void require_variety(const Setting& /*setting*/) const {}

  /// Parameters that a member trains.
  virtual std::int64_t parameters(const Setting& setting) const = 0;
  /// Multiplications and additions of a member's training, where it runs for all its epochs.
  virtual double flops(const Setting& setting) const = 0;
  /// The same of one step for each sample; 0 where there are no steps of the same kind.
  virtual double flops_of_sample(const Setting& setting) const = 0;
  /// Memory of a rank that trains members, in bytes, to within a third; without the samples, which
  /// the ranks of a host share.
  virtual double memory(const Setting& setting) const = 0;
  /// Trains and scores on a device for a moment. Any rank. \param seconds of each measurement
  /// \throws as the training
  virtual Pace measure_pace(const Setting& setting, const std::string& device,
                            double seconds) const = 0;

  /// Begins an attempt at a member. \param bench must outlive the training
  /// \param seed of the attempt
  /// \param state of an interrupted training of the same attempt; may be empty
  /// \throws train::StateError where it can't go on from that state
  virtual std::unique_ptr<Training> begin(const Bench& bench, const Member& member, Seed seed,
                                          const std::string& state) const = 0;

  /// What a trained member says of samples that it has not seen: all that scores read of the test
  /// samples in the run file. The run's own samples get the values that training left, to within
  /// the rounding of other batches. \param samples as members are trained on
  /// \throws RunFileError, RunError
  virtual Statements statements(const TrainedMember& member, const Values& samples) const = 0;

 private:
  Kind kind_;
};

/// What members of that kind are.
const Method& method_of(Kind kind);

/// What the members that a config asks for are, in the order of their kinds.
std::vector<const Method*> methods_of(const config::Config& config);

}  // namespace clvae::methods
