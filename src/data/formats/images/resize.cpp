#include "data/formats/images/resize.hpp"

#include <algorithm>
#include <cmath>

namespace clvae::data {

namespace {

/// The pixels along one axis that a new pixel is the weighted mean of.
struct Window {
  std::size_t begin = 0;
  std::vector<double> weights;
};

std::vector<Window> windows(int before, int after) {
  const double scale = static_cast<double>(before) / after;
  const double reach = std::max(scale, 1.0);
  std::vector<Window> all;
  for (int i = 0; i < after; ++i) {
    const double centre = (i + 0.5) * scale;
    const int begin = std::max(0, static_cast<int>(std::lround(centre - reach)));
    const int end = std::min(before, static_cast<int>(std::lround(centre + reach)));
    Window window{static_cast<std::size_t>(begin), {}};
    double sum = 0;
    for (int place = begin; place < end; ++place) {
      const double weight = std::max(0.0, 1 - std::abs(place + 0.5 - centre) / reach);
      window.weights.push_back(weight);
      sum += weight;
    }
    for (double& weight : window.weights) weight /= sum;
    all.push_back(std::move(window));
  }
  return all;
}

/// Values of an image, their second axis brought to another length.
/// \param values [rows, length, inner] \return [rows, windows, inner]
template <class Value>
std::vector<double> along(const std::vector<Value>& values, std::size_t rows, std::size_t length,
                          std::size_t inner, const std::vector<Window>& windows) {
  std::vector<double> result(rows * windows.size() * inner, 0.0);
  for (std::size_t row = 0; row < rows; ++row) {
    for (std::size_t i = 0; i < windows.size(); ++i) {
      const Window& window = windows[i];
      for (std::size_t tap = 0; tap < window.weights.size(); ++tap) {
        const std::size_t from = (row * length + window.begin + tap) * inner;
        const std::size_t to = (row * windows.size() + i) * inner;
        for (std::size_t k = 0; k < inner; ++k) {
          result[to + k] += window.weights[tap] * values[from + k];
        }
      }
    }
  }
  return result;
}

}  // namespace

Picture resized(const Picture& picture, int height, int width) {
  if (picture.height == height && picture.width == width) return picture;
  const auto channels = static_cast<std::size_t>(picture.channels);
  const auto old_height = static_cast<std::size_t>(picture.height);
  const auto old_width = static_cast<std::size_t>(picture.width);
  std::vector<double> values =
      along(picture.values, old_height, old_width, channels, windows(picture.width, width));
  values = along(values, 1, old_height, static_cast<std::size_t>(width) * channels,
                 windows(picture.height, height));
  Picture changed{height, width, picture.channels, {}};
  changed.values.reserve(values.size());
  for (const double value : values) {
    changed.values.push_back(static_cast<std::uint8_t>(std::clamp(value + 0.5, 0.0, 255.0)));
  }
  return changed;
}

std::vector<double> resized_planes(const std::vector<double>& planes, int height, int width,
                                   int new_height, int new_width) {
  const auto old_height = static_cast<std::size_t>(height);
  const auto old_width = static_cast<std::size_t>(width);
  const std::size_t count = planes.size() / (old_height * old_width);
  const std::vector<double> narrowed =
      along(planes, count * old_height, old_width, 1, windows(width, new_width));
  return along(narrowed, count, old_height, static_cast<std::size_t>(new_width),
               windows(height, new_height));
}

}  // namespace clvae::data
