#include "networks/parameters.hpp"

#include <numeric>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::networks {

namespace {

constexpr std::int64_t kTaps = 9;

void add_dense(std::vector<Parameter>& layout, const std::string& name, std::int64_t inputs,
               std::int64_t outputs) {
  layout.push_back({name + ".weight", {outputs, inputs}, inputs, outputs});
  layout.push_back({name + ".bias", {outputs}});
}

void add_convolution(std::vector<Parameter>& layout, const std::string& name, std::int64_t inputs,
                     std::int64_t outputs) {
  layout.push_back({name + ".weight", {outputs, inputs, 3, 3}, inputs * kTaps, outputs * kTaps});
  layout.push_back({name + ".bias", {outputs}});
}

void add_transposed(std::vector<Parameter>& layout, const std::string& name, std::int64_t inputs,
                    std::int64_t outputs) {
  layout.push_back({name + ".weight", {inputs, outputs, 3, 3}, inputs * kTaps, outputs * kTaps});
  layout.push_back({name + ".bias", {outputs}});
}

std::int64_t total(const std::vector<Parameter>& layout) {
  return std::accumulate(
      layout.begin(), layout.end(), std::int64_t{0},
      [](std::int64_t sum, const Parameter& parameter) { return sum + parameter.size(); });
}

std::int64_t features(const Architecture& architecture) {
  const FeatureMap last = feature_maps(architecture).back();
  return std::int64_t{last.channels} * last.height * last.width;
}

/// The mirrored dense layers.
std::vector<Parameter> dense_decoder_layout(const Architecture& architecture) {
  std::vector<Parameter> layout;
  int inputs = architecture.latent_dim;
  for (std::size_t i = architecture.layers.size(); i-- > 0;) {
    add_dense(layout, fmt::format("decoder.dense_{}", architecture.layers.size() - i), inputs,
              architecture.layers[i]);
    inputs = architecture.layers[i];
  }
  add_dense(layout, "decoder.features", inputs, architecture.channels);
  return layout;
}

/// A training step of the encoder's dense layers.
double dense_flops(const Architecture& architecture) {
  double products = 0;
  double inputs = architecture.channels;
  for (const int units : architecture.layers) {
    products += inputs * units;
    inputs = units;
  }
  return 3 * 2.0 * products;
}

/// One pass of a convolution. \param small_side the smaller of its maps
double convolution_flops(double inputs, double outputs, const FeatureMap& small_side) {
  return 2.0 * inputs * outputs * static_cast<double>(kTaps) * small_side.height * small_side.width;
}

/// A training step of the encoder's convolutions.
double convolution_flops(const std::vector<FeatureMap>& maps) {
  double flops = 0;
  for (std::size_t i = 1; i < maps.size(); ++i) {
    flops += (i == 1 ? 2 : 3) * convolution_flops(maps[i - 1].channels, maps[i].channels, maps[i]);
  }
  return flops;
}

}  // namespace

std::int64_t Parameter::size() const {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::vector<Parameter> feature_layout(const Architecture& architecture) {
  std::vector<Parameter> layout;
  int inputs = architecture.channels;
  for (std::size_t i = 0; i < architecture.layers.size(); ++i) {
    add_dense(layout, fmt::format("encoder.dense_{}", i + 1), inputs, architecture.layers[i]);
    inputs = architecture.layers[i];
  }
  if (architecture.is_dense()) return layout;
  for (std::size_t i = 0; i < architecture.convolutions.size(); ++i) {
    const int outputs = architecture.convolutions[i].channels;
    add_convolution(layout, fmt::format("encoder.convolution_{}", i + 1), inputs, outputs);
    inputs = outputs;
  }
  add_dense(layout, "encoder.dense", features(architecture), architecture.hidden);
  return layout;
}

std::vector<Parameter> head_layout(const Architecture& architecture, int classes) {
  std::vector<Parameter> layout;
  add_dense(layout, "head.logits", architecture.last_units(), classes);
  return layout;
}

std::vector<Parameter> encoder_layout(const Architecture& architecture) {
  std::vector<Parameter> layout = feature_layout(architecture);
  add_dense(layout, "encoder.mean", architecture.last_units(), architecture.latent_dim);
  add_dense(layout, "encoder.log_variance", architecture.last_units(), architecture.latent_dim);
  return layout;
}

std::vector<Parameter> decoder_layout(const Architecture& architecture) {
  if (architecture.is_dense()) return dense_decoder_layout(architecture);
  std::vector<Parameter> layout;
  add_dense(layout, "decoder.dense", architecture.latent_dim, features(architecture));
  const auto& convolutions = architecture.convolutions;
  int inputs = convolutions.back().channels;
  for (std::size_t i = convolutions.size(); i-- > 0;) {
    const std::size_t position = convolutions.size() - i;
    add_transposed(layout, fmt::format("decoder.transposed_{}", position), inputs,
                   convolutions[i].channels);
    inputs = convolutions[i].channels;
  }
  add_transposed(layout, "decoder.image", inputs, architecture.channels);
  return layout;
}

std::vector<FeatureMap> feature_maps(const Architecture& architecture) {
  std::vector<FeatureMap> maps{{architecture.channels, architecture.height, architecture.width}};
  for (const int units : architecture.layers) maps.push_back({units, 1, 1});
  for (const ConvolutionLayer& layer : architecture.convolutions) {
    const FeatureMap& before = maps.back();
    maps.push_back({layer.channels, before.height / layer.stride, before.width / layer.stride});
  }
  return maps;
}

void check(const Architecture& architecture) {
  const auto refuse = [](const std::string& what) {
    throw UsageError("the networks can't be built: " + what);
  };
  if (architecture.channels < 1 || architecture.height < 1 || architecture.width < 1) {
    refuse(fmt::format("images of {} x {} x {}", architecture.channels, architecture.height,
                       architecture.width));
  }
  if (architecture.latent_dim < 1) refuse(fmt::format("latent_dim {}", architecture.latent_dim));
  if (architecture.is_dense()) {
    if (architecture.height != 1 || architecture.width != 1 || !architecture.convolutions.empty()) {
      refuse("dense layers for images");
    }
    for (const int units : architecture.layers) {
      if (units < 1) refuse(fmt::format("a layer of {} units", units));
    }
    return;
  }
  if (architecture.hidden < 1) refuse(fmt::format("hidden {}", architecture.hidden));
  if (architecture.convolutions.empty()) refuse("no convolutions");
  int height = architecture.height;
  int width = architecture.width;
  for (const ConvolutionLayer& layer : architecture.convolutions) {
    if (layer.channels < 1 || layer.stride < 1 || layer.stride > 2) {
      refuse(
          fmt::format("a convolution of {} channels and stride {}", layer.channels, layer.stride));
    }
    if (height % layer.stride != 0 || width % layer.stride != 0) {
      refuse(
          fmt::format("stride 2 meets a map of {} x {}, and an odd size can't be halved and "
                      "restored (images are {} x {})",
                      height, width, architecture.height, architecture.width));
    }
    height /= layer.stride;
    width /= layer.stride;
  }
}

std::int64_t encoder_parameters(const Architecture& architecture) {
  return total(encoder_layout(architecture));
}

std::int64_t decoder_parameters(const Architecture& architecture) {
  return total(decoder_layout(architecture));
}

std::int64_t feature_parameters(const Architecture& architecture) {
  return total(feature_layout(architecture));
}

std::int64_t head_parameters(const Architecture& architecture, int classes) {
  return total(head_layout(architecture, classes));
}

// A layer's three products (output, input gradient, weight gradient) cost the same; the images need
// no gradient.
double training_flops(const Architecture& architecture) {
  if (architecture.is_dense()) {
    return 2 * dense_flops(architecture) +
           3 * 3 * 2.0 * architecture.last_units() * architecture.latent_dim;
  }
  const auto maps = feature_maps(architecture);
  double flops = convolution_flops(maps);
  for (std::size_t i = 1; i < maps.size(); ++i) {
    const double decoder_inputs = i + 1 < maps.size() ? maps[i + 1].channels : maps[i].channels;
    flops += 3 * convolution_flops(decoder_inputs, maps[i].channels, maps[i]);
  }
  flops += 3 * convolution_flops(maps[1].channels, architecture.channels, maps[0]);
  const auto dense = static_cast<double>(features(architecture));
  flops += 3 * 2.0 * dense * (architecture.hidden + architecture.latent_dim);
  flops += 3 * 2.0 * 2.0 * architecture.hidden * architecture.latent_dim;
  return flops;
}

double classifier_training_flops(const Architecture& architecture, int classes) {
  if (architecture.is_dense()) {
    return dense_flops(architecture) + 3 * 2.0 * architecture.last_units() * classes;
  }
  const auto dense = static_cast<double>(features(architecture));
  return convolution_flops(feature_maps(architecture)) +
         3 * 2.0 * architecture.hidden * (dense + classes);
}

}  // namespace clvae::networks
