#include "data/corruptions.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "core/random.hpp"

namespace clvae::data {

namespace {

using Intensities = std::vector<double>;

void add_gaussian_noise(Intensities& image, const ImageShape& /*shape*/, double deviation,
                        Seed seed) {
  RandomStream stream(seed);
  for (double& value : image) value += deviation * stream.normal();
}

/// Each value becomes black or white, with equal chances, in a share of all cases.
void add_impulse_noise(Intensities& image, const ImageShape& /*shape*/, double share, Seed seed) {
  RandomStream stream(seed);
  for (double& value : image) {
    const double chance = stream.uniform();
    if (chance < share) value = chance < share / 2 ? 0 : 1;
  }
}

/// Towards the mean of its channel.
void flatten_contrast(Intensities& image, const ImageShape& shape, double left, Seed /*seed*/) {
  const auto plane = static_cast<std::size_t>(shape.height) * static_cast<std::size_t>(shape.width);
  for (std::size_t begin = 0; begin < image.size(); begin += plane) {
    double sum = 0;
    for (std::size_t i = begin; i < begin + plane; ++i) sum += image[i];
    const double mean = sum / static_cast<double>(plane);
    for (std::size_t i = begin; i < begin + plane; ++i) image[i] = (image[i] - mean) * left + mean;
  }
}

/// One line of an image, which goes on beyond its ends as it ends.
void blur_line(double* first, std::ptrdiff_t stride, std::ptrdiff_t count,
               const Intensities& kernel) {
  const auto radius = static_cast<std::ptrdiff_t>(kernel.size() / 2);
  Intensities line(static_cast<std::size_t>(count));
  for (std::ptrdiff_t i = 0; i < count; ++i) {
    double sum = 0;
    for (std::ptrdiff_t k = -radius; k <= radius; ++k) {
      const std::ptrdiff_t at = std::clamp<std::ptrdiff_t>(i + k, 0, count - 1);
      sum += kernel[static_cast<std::size_t>(k + radius)] * first[at * stride];
    }
    line[static_cast<std::size_t>(i)] = sum;
  }
  for (std::ptrdiff_t i = 0; i < count; ++i) first[i * stride] = line[static_cast<std::size_t>(i)];
}

/// With a kernel that ends at four standard deviations, as scikit-image's `gaussian` has it.
void blur(Intensities& image, const ImageShape& shape, double deviation, Seed /*seed*/) {
  const auto radius = static_cast<std::ptrdiff_t>(std::lround(4 * deviation));
  Intensities kernel;
  double sum = 0;
  for (std::ptrdiff_t k = -radius; k <= radius; ++k) {
    const double distance = static_cast<double>(k) / deviation;
    kernel.push_back(std::exp(-distance * distance / 2));
    sum += kernel.back();
  }
  for (double& weight : kernel) weight /= sum;
  const std::ptrdiff_t height = shape.height;
  const std::ptrdiff_t width = shape.width;
  for (int channel = 0; channel < shape.channels; ++channel) {
    double* const plane = image.data() + channel * height * width;
    for (std::ptrdiff_t x = 0; x < width; ++x) blur_line(plane + x, width, height, kernel);
    for (std::ptrdiff_t y = 0; y < height; ++y) blur_line(plane + y * width, 1, width, kernel);
  }
}

/// By a share of the larger side, in one of eight directions; black moves in.
void shift(Intensities& image, const ImageShape& shape, double share, Seed seed) {
  constexpr std::array<std::array<int, 2>, 8> kDirections{
      {{0, 1}, {1, 1}, {1, 0}, {1, -1}, {0, -1}, {-1, -1}, {-1, 0}, {-1, 1}}};
  RandomStream stream(seed);
  const auto& direction = kDirections.at(stream.below(kDirections.size()));
  const int distance =
      std::max(1, static_cast<int>(std::lround(share * std::max(shape.height, shape.width))));
  const Intensities before = image;
  std::size_t place = 0;
  for (int channel = 0; channel < shape.channels; ++channel) {
    for (int y = 0; y < shape.height; ++y) {
      for (int x = 0; x < shape.width; ++x, ++place) {
        const int from_y = y - direction[0] * distance;
        const int from_x = x - direction[1] * distance;
        const bool is_inside =
            from_y >= 0 && from_y < shape.height && from_x >= 0 && from_x < shape.width;
        const int from = (channel * shape.height + from_y) * shape.width + from_x;
        image[place] = is_inside ? before[static_cast<std::size_t>(from)] : 0;
      }
    }
  }
}

}  // namespace

const std::vector<Corruption>& corruptions() {
  static const std::vector<Corruption> table{
      {"gaussian_noise", "standard deviation", {0.04, 0.06, 0.08, 0.09, 0.10}, add_gaussian_noise},
      {"impulse_noise", "share of the values", {0.01, 0.02, 0.03, 0.05, 0.07}, add_impulse_noise},
      {"gaussian_blur", "standard deviation in pixels", {0.4, 0.6, 0.7, 0.8, 1}, blur},
      {"contrast", "what is left of it", {0.75, 0.5, 0.4, 0.3, 0.15}, flatten_contrast},
      {"shift", "share of the larger side", {0.04, 0.08, 0.12, 0.16, 0.2}, shift}};
  return table;
}

std::vector<float> corrupted(const Corruption& corruption, int severity,
                             std::vector<float> intensities, const ImageShape& shape, Seed seed) {
  const double amount = corruption.amounts.at(static_cast<std::size_t>(severity) - 1);
  Intensities image(shape.pixels());
  for (std::size_t i = 0; i * shape.pixels() < intensities.size(); ++i) {
    const auto begin = intensities.begin() + static_cast<std::ptrdiff_t>(i * shape.pixels());
    std::copy_n(begin, image.size(), image.begin());
    corruption.apply(image, shape, amount, derive_seed(seed, corruption.name, {i}));
    std::transform(image.begin(), image.end(), begin,
                   [](double value) { return static_cast<float>(std::clamp(value, 0.0, 1.0)); });
  }
  return intensities;
}

}  // namespace clvae::data
