#pragma once
/// \file
/// What a trained member says of samples: latents and reconstruction errors, or class
/// probabilities.

#include <functional>
#include <memory>
#include <vector>

#include "networks/classifier_network.hpp"
#include "networks/clvae_network.hpp"
#include "train/batches.hpp"
#include "train/lane.hpp"

namespace clvae::train {

/// How many samples are encoded or validated at once. \param on_cpu there, as many
std::int64_t samples_at_once(const networks::Architecture& architecture,
                             const DeviceSamples& samples, std::int64_t on_cpu);

/// One way through all samples of a part, in order, a batch at a time; without gradients.
class Pass {
 public:
  /// Says something of the images of a batch, [n, ...] each.
  using Say = std::function<std::vector<torch::Tensor>(const torch::Tensor& images)>;

  /// \param samples must outlive it  \param said takes what is said, float32, of all of them: one
  /// for each tensor
  Pass(const networks::Architecture& architecture, const DeviceSamples& samples, Say say,
       std::vector<std::vector<float>*> said);

  /// Whether all batches were asked for.
  bool is_asked() const { return begin_ >= samples_->size(); }
  /// Asks for the next. \pre !is_asked()
  void advance();
  /// Takes what has come to the host. Waits only for immediate lanes. \pre is_asked() \return
  /// whether all has
  bool take(Lane& lane);
  /// All at once, without a lane.
  void finish();

 private:
  const DeviceSamples* samples_;
  std::int64_t batch_;
  std::int64_t begin_ = 0;
  Say say_;
  std::vector<std::vector<float>*> said_;
  std::vector<std::vector<torch::Tensor>> pieces_;  ///< of each, on a GPU
  std::vector<std::unique_ptr<Reading>> readings_;  ///< of each
  bool is_taken_ = false;
};

struct Encoded {
  std::vector<float> latents;  ///< [n, d], posterior means
  std::vector<float> errors;   ///< [n], squared error a value; empty unless wanted
};

/// Posterior means and, where they are wanted, errors. \param images without gradients
std::vector<torch::Tensor> say_encoded(const networks::ClvaeNetwork& network,
                                       const torch::Tensor& images, bool with_errors);

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
