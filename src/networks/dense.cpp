// Dense layers for vectors of features.

#include <limits>

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "networks/architectures.hpp"
#include "networks/flat_weights.hpp"

namespace clvae::networks {

namespace {

constexpr const char* kStandardise = R"(
def encode(self, samples: Tensor) -> Tensor:
    assert samples.dim() == 2, "expected features, [n, {features}]"
    assert samples.size(1) == {features}, "expected features, [n, {features}]"
    features = samples.double()
    if self.rounds_features:
        features = samples.float().double()
    values = ((features - self.feature_means) / self.feature_deviations).float()
)";

constexpr const char* kDense =
    "    values = torch.relu(torch.linear(values, self.dense_{layer}_weight, "
    "self.dense_{layer}_bias))\n";

/// The last layer of the decoder is linear; what it gives is compared with standardised features as
/// it is.
class Dense final : public Architecture {
 public:
  Dense(int features, int latent_dim, const std::vector<int>& units)
      : Architecture({features, 1, 1}, latent_dim), units_(units) {
    if (units.empty()) refuse("no dense layers");
    for (const int count : units) {
      if (count < 1) refuse(fmt::format("a layer of {} units", count));
    }
  }

  Layout feature_layout() const override {
    Layout layout;
    int inputs = sample().channels;
    for (std::size_t i = 0; i < units_.size(); ++i) {
      add_dense(layout, fmt::format("encoder.dense_{}", i + 1), inputs, units_[i]);
      inputs = units_[i];
    }
    return layout;
  }

  Layout decoder_layout() const override {
    Layout layout;
    int inputs = latent_dim();
    for (std::size_t i = units_.size(); i-- > 0;) {
      add_dense(layout, fmt::format("decoder.dense_{}", units_.size() - i), inputs, units_[i]);
      inputs = units_[i];
    }
    add_dense(layout, "decoder.features", inputs, sample().channels);
    return layout;
  }

  at::Tensor features(const FlatWeights& weights, const at::Tensor& samples,
                      Precision /*precision*/) const override {
    return through(weights, samples.flatten(1));
  }

  at::Tensor decode(const FlatWeights& weights, const at::Tensor& latents,
                    Precision /*precision*/) const override {
    return dense_layer(weights, units_.size(), through(weights, latents))
        .view({latents.size(0), sample().channels, 1, 1});
  }

  at::Tensor errors(const at::Tensor& decoded, const at::Tensor& samples,
                    ReconstructionError error) const override {
    require(error);
    return (decoded - samples).square();
  }

  void require(ReconstructionError error) const override {
    if (error == ReconstructionError::squared) return;
    throw UsageError(
        "training.reconstruction.error: found cross_entropy; features are no probabilities, for "
        "them it has to be squared");
  }

  std::vector<FeatureMap> feature_maps() const override {
    std::vector<FeatureMap> maps{sample()};
    for (const int count : units_) maps.push_back({count, 1, 1});
    return maps;
  }

  /// Layers of features are so small that it is the calls that count.
  std::int64_t encoding_batch() const override { return 256; }

  const InputValues& inputs() const override {
    static constexpr float kLargest = std::numeric_limits<float>::max();
    static constexpr InputValues kFeatures{-kLargest, kLargest, false, true, "finite numbers"};
    return kFeatures;
  }

  std::string describe() const override { return fmt::format("dense {}", fmt::join(units_, ", ")); }

  std::string encoder_source() const override {
    std::string source = fmt::format(kStandardise, fmt::arg("features", sample().channels));
    for (std::size_t i = 1; i <= units_.size(); ++i) {
      source += fmt::format(kDense, fmt::arg("layer", i));
    }
    return source;
  }

 protected:
  int feature_units() const override { return units_.back(); }

  /// A layer's three products (output, input gradient, weight gradient) cost the same.
  double feature_training_flops() const override {
    double products = 0;
    double inputs = sample().channels;
    for (const int outputs : units_) {
      products += inputs * outputs;
      inputs = outputs;
    }
    return 3 * 2.0 * products;
  }

  double decoder_training_flops() const override {
    return feature_training_flops() + 3 * 2.0 * units_.back() * latent_dim();
  }

 private:
  /// The first layers of encoder or decoder, as many as there are units.
  at::Tensor through(const FlatWeights& weights, at::Tensor values) const {
    for (std::size_t i = 0; i < units_.size(); ++i) {
      values = at::relu(dense_layer(weights, i, values));
    }
    return values;
  }

  std::vector<int> units_;
};

}  // namespace

ArchitecturePtr dense(int features, int latent_dim, const std::vector<int>& units) {
  return std::make_shared<Dense>(features, latent_dim, units);
}

}  // namespace clvae::networks
