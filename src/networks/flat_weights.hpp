#pragma once
/// \file
/// All parameters of a network in one tensor, with their gradients in another.

#include <cstdint>
#include <vector>

#include <torch/types.h>

#include "core/random.hpp"
#include "networks/parameters.hpp"

namespace clvae::networks {

/// Owns the parameters; each is a view into one flat float32 tensor, so that the optimiser and the
/// best weights' copy are one operation each, and a run file gets them as they lie.
class FlatWeights {
 public:
  /// Whether an optimiser will want gradients, which take as much memory again.
  enum class Gradients { kept, none };

  /// Zeros. \param layout in order of memory
  FlatWeights(Layout layout, torch::Device device, Gradients gradients = Gradients::kept);

  /// Glorot-uniform weights, zero biases, drawn from `stream` on the CPU: the same on every device.
  void initialise(RandomStream& stream);

  /// The leaf tensor of one parameter, in the order of the layout. Its gradient accumulates in
  /// `values().grad()`.
  const torch::Tensor& operator[](std::size_t index) const { return views_[index]; }

  /// All parameters [n]; its `grad()` holds all gradients. What an optimiser updates.
  const torch::Tensor& values() const { return values_; }

  void clear_gradients();

  /// A copy on the CPU. [n]
  std::vector<float> to_vector() const;
  /// \param values [n] \throws UsageError where the count is wrong
  void from_vector(const std::vector<float>& values);

 private:
  Layout layout_;
  torch::Tensor values_;
  std::vector<torch::Tensor> views_;
};

/// The output of a dense layer, one of layers that have a weight and a bias each.
/// \param layer its number among them, from 0
torch::Tensor dense_layer(const FlatWeights& weights, std::size_t layer,
                          const torch::Tensor& input);

}  // namespace clvae::networks
