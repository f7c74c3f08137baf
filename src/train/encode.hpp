#pragma once
/// \file
/// What a trained member says of samples: latents and reconstruction errors, or class
/// probabilities.

#include <functional>
#include <vector>

#include "networks/classifier_network.hpp"
#include "networks/clvae_network.hpp"
#include "train/batches.hpp"

namespace clvae::train {

/// One way through all samples of a part, in order, a batch at a time; without gradients.
class Pass {
 public:
  /// Takes the images of a batch.
  using Take = std::function<void(const torch::Tensor& images)>;

  /// \param samples must outlive it
  Pass(const networks::Architecture& architecture, const DeviceSamples& samples, Take take);

  bool is_done() const { return begin_ >= samples_->size(); }
  /// \pre !is_done()
  void advance();
  void finish() {
    while (!is_done()) advance();
  }

 private:
  const DeviceSamples* samples_;
  std::int64_t batch_;
  std::int64_t begin_ = 0;
  Take take_;
};

struct Encoded {
  std::vector<float> latents;  ///< [n, d], posterior means
  std::vector<float> errors;   ///< [n], squared error a value; empty unless wanted
};

/// Appends what the network says to `encoded`. All must outlive the pass.
Pass encoding_pass(const networks::ClvaeNetwork& network, const DeviceSamples& samples,
                   bool with_errors, Encoded& encoded);

/// Encodes all samples in order.
Encoded encode(const networks::ClvaeNetwork& network, const DeviceSamples& samples,
               bool with_errors);

/// Appends logarithms of the class probabilities to `values`, [n, K]. All must outlive the pass.
Pass probability_pass(const networks::ClassifierNetwork& network, const DeviceSamples& samples,
                      std::vector<float>& values);

}  // namespace clvae::train
