// Convolutions for images.

#include <ATen/ATen.h>
#include <fmt/format.h>

#include "networks/architectures.hpp"
#include "networks/fast_layers.hpp"
#include "networks/flat_weights.hpp"

namespace clvae::networks {

namespace {

constexpr std::int64_t kTaps = 9;

constexpr const char* kScale = R"(
def encode(self, samples: Tensor) -> Tensor:
    maps = samples
    if maps.dim() == 3:
        maps = maps.unsqueeze(1)
    assert maps.dim() == 4, "expected images, [n, {channels}, {height}, {width}]"
    assert maps.size(1) == {channels}, "expected images, [n, {channels}, {height}, {width}]"
    assert maps.size(2) == {height}, "expected images, [n, {channels}, {height}, {width}]"
    assert maps.size(3) == {width}, "expected images, [n, {channels}, {height}, {width}]"
    if maps.is_floating_point():
        maps = maps.float()
    else:
        maps = maps.float() / 255
)";

constexpr const char* kConvolution =
    "    maps = torch.relu(torch.conv2d(maps, self.convolution_{layer}_weight, "
    "self.convolution_{layer}_bias, [{stride}, {stride}], [1, 1]))\n";

// The dense layer counts its inputs channels-last.
constexpr const char* kFlatten =
    R"(    values = maps.permute([0, 2, 3, 1]).reshape([maps.size(0), {units}])
    values = torch.relu(torch.linear(values, self.dense_weight, self.dense_bias))
)";

/// One layer's kernel of 3 x 3 taps, and its bias. \param shape of the kernel
void add_kernel(Layout& layout, const std::string& name, std::vector<std::int64_t> shape,
                std::int64_t inputs, std::int64_t outputs) {
  layout.push_back({name + ".weight", std::move(shape), inputs * kTaps, outputs * kTaps});
  layout.push_back({name + ".bias", {outputs}});
}

/// One pass of a convolution. \param small_side the smaller of its maps
double convolution_flops(double inputs, double outputs, const FeatureMap& small_side) {
  return 2.0 * inputs * outputs * static_cast<double>(kTaps) * small_side.height * small_side.width;
}

/// The type of the maps between convolutions.
at::ScalarType map_type(Precision precision) {
  return precision == Precision::bfloat16 ? at::kBFloat16 : at::kFloat;
}

/// Images are the sigmoid of what the decoder gives. The dense layers count the values of the last
/// map row by row, column by column, channel by channel (channels-last), where PyTorch's flatten
/// would put the channel first; the decoder's kernels are [inputs, outputs, 3, 3].
class Convolutional final : public Architecture {
 public:
  Convolutional(const SampleSize& image, int latent_dim, int hidden,
                const std::vector<ConvolutionLayer>& convolutions)
      : Architecture(image, latent_dim), hidden_(hidden), convolutions_(convolutions) {
    if (hidden < 1) refuse(fmt::format("hidden {}", hidden));
    if (convolutions.empty()) refuse("no convolutions");
    maps_.push_back(image);
    for (const ConvolutionLayer& layer : convolutions) maps_.push_back(after(maps_.back(), layer));
  }

  Layout feature_layout() const override {
    Layout layout;
    std::int64_t inputs = sample().channels;
    for (std::size_t i = 0; i < convolutions_.size(); ++i) {
      const std::int64_t outputs = convolutions_[i].channels;
      add_kernel(layout, fmt::format("encoder.convolution_{}", i + 1), {outputs, inputs, 3, 3},
                 inputs, outputs);
      inputs = outputs;
    }
    add_dense(layout, "encoder.dense", maps_.back().values(), hidden_);
    return layout;
  }

  Layout decoder_layout() const override {
    Layout layout;
    add_dense(layout, "decoder.dense", latent_dim(), maps_.back().values());
    std::int64_t inputs = convolutions_.back().channels;
    for (std::size_t i = convolutions_.size(); i-- > 0;) {
      const std::int64_t outputs = convolutions_[i].channels;
      add_kernel(layout, fmt::format("decoder.transposed_{}", convolutions_.size() - i),
                 {inputs, outputs, 3, 3}, inputs, outputs);
      inputs = outputs;
    }
    const std::int64_t channels = sample().channels;
    add_kernel(layout, "decoder.image", {inputs, channels, 3, 3}, inputs, channels);
    return layout;
  }

  at::Tensor features(const FlatWeights& weights, const at::Tensor& samples,
                      Precision precision) const override {
    at::Tensor map = samples;
    for (std::size_t i = 0; i < convolutions_.size(); ++i) {
      map = convolution_relu(map, weights[2 * i], weights[2 * i + 1], convolutions_[i].stride,
                             map_type(precision));
    }
    // Channels-last memory is already in the order in which the dense layer counts its inputs.
    const at::Tensor values = map.permute({0, 2, 3, 1}).reshape({map.size(0), -1}).to(at::kFloat);
    return at::relu(dense_layer(weights, convolutions_.size(), values));
  }

  at::Tensor decode(const FlatWeights& weights, const at::Tensor& latents,
                    Precision precision) const override {
    const FeatureMap& first = maps_.back();
    at::Tensor map = at::relu(dense_layer(weights, 0, latents))
                         .view({latents.size(0), first.height, first.width, first.channels})
                         .permute({0, 3, 1, 2})
                         .to(map_type(precision));
    const std::size_t layers = convolutions_.size();
    for (std::size_t i = 1; i <= layers; ++i) {
      map = transposed_convolution_relu(map, weights[2 * i], weights[2 * i + 1],
                                        convolutions_[layers - i].stride);
    }
    return transposed_convolution_to_image(map, weights[2 * layers + 2], weights[2 * layers + 3]);
  }

  at::Tensor errors(const at::Tensor& decoded, const at::Tensor& samples,
                    ReconstructionError error) const override {
    if (error == ReconstructionError::cross_entropy) {
      return at::binary_cross_entropy_with_logits(decoded, samples, {}, {}, at::Reduction::None);
    }
    return (at::sigmoid(decoded) - samples).square();
  }

  void require(ReconstructionError /*error*/) const override {}

  std::vector<FeatureMap> feature_maps() const override { return maps_; }

  /// As many images as leave their maps in the cache from layer to layer.
  std::int64_t encoding_batch() const override { return 64; }

  const InputValues& inputs() const override {
    static constexpr InputValues kIntensities{0, 1, true, false, "intensities from 0 to 1"};
    return kIntensities;
  }

  std::string describe() const override {
    std::vector<std::string> layers;
    for (const ConvolutionLayer& layer : convolutions_) {
      layers.push_back(fmt::format("{}/{}", layer.channels, layer.stride));
    }
    return fmt::format("convolutions {} (channels/stride), dense {}", fmt::join(layers, ", "),
                       hidden_);
  }

  std::string encoder_source() const override {
    std::string source =
        fmt::format(kScale, fmt::arg("channels", sample().channels),
                    fmt::arg("height", sample().height), fmt::arg("width", sample().width));
    for (std::size_t i = 0; i < convolutions_.size(); ++i) {
      source += fmt::format(kConvolution, fmt::arg("layer", i + 1),
                            fmt::arg("stride", convolutions_[i].stride));
    }
    return source + fmt::format(kFlatten, fmt::arg("units", maps_.back().values()));
  }

 protected:
  int feature_units() const override { return hidden_; }

  // A layer's three products (output, input gradient, weight gradient) cost the same; the images
  // need no gradient.
  double feature_training_flops() const override {
    double flops = 0;
    for (std::size_t i = 1; i < maps_.size(); ++i) {
      flops +=
          (i == 1 ? 2 : 3) * convolution_flops(maps_[i - 1].channels, maps_[i].channels, maps_[i]);
    }
    return flops + 3 * 2.0 * static_cast<double>(maps_.back().values()) * hidden_;
  }

  double decoder_training_flops() const override {
    double flops = 3 * 2.0 * static_cast<double>(maps_.back().values()) * latent_dim();
    for (std::size_t i = 1; i < maps_.size(); ++i) {
      const double inputs = i + 1 < maps_.size() ? maps_[i + 1].channels : maps_[i].channels;
      flops += 3 * convolution_flops(inputs, maps_[i].channels, maps_[i]);
    }
    return flops + 3 * convolution_flops(maps_[1].channels, sample().channels, maps_[0]);
  }

 private:
  /// The output of a layer. \throws UsageError where it can't be built
  FeatureMap after(const FeatureMap& map, const ConvolutionLayer& layer) const {
    if (layer.channels < 1 || layer.stride < 1 || layer.stride > 2) {
      refuse(
          fmt::format("a convolution of {} channels and stride {}", layer.channels, layer.stride));
    }
    if (map.height % layer.stride != 0 || map.width % layer.stride != 0) {
      refuse(
          fmt::format("stride 2 meets a map of {} x {}, and an odd size can't be halved and "
                      "restored (images are {} x {})",
                      map.height, map.width, sample().height, sample().width));
    }
    return {layer.channels, map.height / layer.stride, map.width / layer.stride};
  }

  int hidden_;
  std::vector<ConvolutionLayer> convolutions_;
  std::vector<FeatureMap> maps_;  ///< the image, then the output of each convolution
};

}  // namespace

ArchitecturePtr convolutional(const SampleSize& image, int latent_dim, int hidden,
                              const std::vector<ConvolutionLayer>& convolutions) {
  return std::make_shared<Convolutional>(image, latent_dim, hidden, convolutions);
}

}  // namespace clvae::networks
