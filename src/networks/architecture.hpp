#pragma once
/// \file
/// The interface of an encoder and its decoder, whatever samples they take. It holds no weights,
/// and who includes it needs nothing of LibTorch.
///
/// architectures.hpp lists the implementations.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "networks/loss_options.hpp"
#include "networks/parameters.hpp"
#include "networks/precision.hpp"

namespace at {
class Tensor;
}

namespace clvae::networks {

class FlatWeights;

/// Size of a sample; a vector of features has as many channels of one pixel.
struct SampleSize {
  int channels = 0;
  int height = 0;
  int width = 0;
  std::int64_t values() const { return std::int64_t{channels} * height * width; }
};

/// Size of one layer's output.
using FeatureMap = SampleSize;

/// What values of samples an encoder takes.
struct InputValues {
  float lowest = 0;
  float highest = 0;
  bool may_be_bytes = false;      ///< 0..255, which stand for 0..1
  bool are_standardised = false;  ///< by the training inliers' means and deviations
  const char* in_words = "";      ///< the range, as what is expected: "intensities from 0 to 1"

  /// Whether a value is one of these; no NaN is.
  bool include(float value) const { return value >= lowest && value <= highest; }
};

/// The layers of an encoder, of its decoder, and of a classifier that begins like the encoder. What
/// can't be built does not exist: the functions that make one throw UsageError. All functions may
/// be called on any rank, and by many threads at once.
///
/// Encoders of all architectures end in two heads, dense layers from the same units to the latents'
/// mean and log-variance; a classifier ends in one head from these units to a logit for each class.
class Architecture {
 public:
  virtual ~Architecture() = default;
  Architecture(const Architecture&) = delete;
  Architecture& operator=(const Architecture&) = delete;

  const SampleSize& sample() const { return sample_; }
  int latent_dim() const { return latent_dim_; }

  /// The layers before the heads, weight before bias.
  virtual Layout feature_layout() const = 0;
  /// The layers before the heads, then mean and log-variance.
  Layout encoder_layout() const;
  virtual Layout decoder_layout() const = 0;
  /// Of a classifier.
  Layout head_layout(int classes) const;

  /// What the heads see.
  /// \param weights that begin with `feature_layout`
  /// \param samples [batch, channels, height, width], channels-last
  /// \param precision of large maps  \return [batch, units], float32
  virtual at::Tensor features(const FlatWeights& weights, const at::Tensor& samples,
                              Precision precision) const = 0;
  /// \param weights of `decoder_layout`  \param latents [batch, d]
  /// \return [batch, channels, height, width], float32, which `errors` compares with samples
  virtual at::Tensor decode(const FlatWeights& weights, const at::Tensor& latents,
                            Precision precision) const = 0;
  /// The error of each decoded value. \param decoded of `decode`  \param samples of the same shape
  /// \return the same shape \throws UsageError as `require`
  virtual at::Tensor errors(const at::Tensor& decoded, const at::Tensor& samples,
                            ReconstructionError error) const = 0;
  /// \throws UsageError where samples of this kind have no such error
  virtual void require(ReconstructionError error) const = 0;

  /// The sample, then the output of each layer that has a large one.
  virtual std::vector<FeatureMap> feature_maps() const = 0;
  /// Multiplications and additions of one training step of encoder and decoder, for each sample:
  /// forward, and backward for inputs and weights.
  double training_flops() const;
  /// The same for a classifier.
  double classifier_training_flops(int classes) const;
  /// How many samples are encoded together on the CPU. Fixed, since the rounding of a product may
  /// depend on the number of its rows.
  virtual std::int64_t encoding_batch() const = 0;

  virtual const InputValues& inputs() const = 0;
  /// The layers for people: "convolutions 32/2, 64/2 (channels/stride), dense 16".
  virtual std::string describe() const = 0;
  /// TorchScript of a method `encode(self, samples: Tensor) -> Tensor` as far as the tensor
  /// `values`, which the heads see. Parameters are attributes of `self`, by their names without the
  /// first word and with "_" for ".": "convolution_1_weight". Where inputs are standardised, so are
  /// the float64 tensors `feature_means` and `feature_deviations`.
  virtual std::string encoder_source() const = 0;

 protected:
  /// \throws UsageError where a size is not positive
  Architecture(const SampleSize& sample, int latent_dim);

  /// Units that the heads see.
  virtual int feature_units() const = 0;
  virtual double feature_training_flops() const = 0;
  virtual double decoder_training_flops() const = 0;

  /// \throws UsageError that says what can't be built
  [[noreturn]] static void refuse(const std::string& what);

 private:
  SampleSize sample_;
  int latent_dim_;
};

/// How architectures are handed on; never null.
using ArchitecturePtr = std::shared_ptr<const Architecture>;

}  // namespace clvae::networks
