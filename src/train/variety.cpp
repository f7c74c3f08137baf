#include "train/variety.hpp"

#include <algorithm>
#include <cstring>
#include <optional>

#include <Eigen/Dense>

namespace clvae::train {

namespace {

using Eigen::VectorXd;

/// Different samples of one class.
class DistinctSamples {
 public:
  std::size_t count() const { return found_.size(); }
  void take(const Values& sample) {
    const auto bytes =
        sample.are_bytes() ? gsl::as_bytes(sample.bytes()) : gsl::as_bytes(sample.numbers());
    const bool is_known =
        std::any_of(found_.begin(), found_.end(), [&](const std::vector<std::byte>& other) {
          return std::equal(other.begin(), other.end(), bytes.begin(), bytes.end());
        });
    if (!is_known) found_.emplace_back(bytes.begin(), bytes.end());
  }

 private:
  std::vector<std::vector<std::byte>> found_;
};

/// The plane through the samples of one class, by Gram and Schmidt.
class SpannedPlane {
 public:
  std::size_t count() const { return axes_.size(); }
  void take(const Values& sample) {
    VectorXd point = coordinates(sample);
    if (!origin_) {
      origin_ = std::move(point);
      return;
    }
    point -= *origin_;
    constexpr double kRounding = 1e-12;  // of squared distances
    largest_ = std::max(largest_, point.squaredNorm());
    // Twice, as the first pass leaves its own rounding.
    for (int pass = 0; pass < 2; ++pass) {
      for (const VectorXd& axis : axes_) point -= axis.dot(point) * axis;
    }
    if (point.squaredNorm() <= kRounding * largest_) return;
    axes_.push_back(point.normalized());
  }

 private:
  static VectorXd coordinates(const Values& sample) {
    VectorXd point(static_cast<Eigen::Index>(sample.size()));
    if (sample.are_bytes()) {
      std::copy(sample.bytes().begin(), sample.bytes().end(), point.begin());
    } else {
      std::copy(sample.numbers().begin(), sample.numbers().end(), point.begin());
    }
    return point;
  }

  std::optional<VectorXd> origin_;
  double largest_ = 0;
  std::vector<VectorXd> axes_;
};

/// Lets a collection of each class take its samples until it has counted enough.
template <class Collection>
std::vector<std::size_t> counted(const Samples& samples, std::size_t sample_size,
                                 std::size_t most) {
  std::vector<Collection> collections;
  for (const std::int32_t label : samples.classes) {
    const auto index = static_cast<std::size_t>(label);
    if (index >= collections.size()) collections.resize(index + 1);
  }
  std::size_t left = most == 0 ? 0 : collections.size();
  for (std::size_t i = 0; left > 0 && i < static_cast<std::size_t>(samples.classes.size()); ++i) {
    Collection& collection = collections[static_cast<std::size_t>(samples.classes[i])];
    if (collection.count() >= most) continue;
    CopiedValues sample;
    sample.append(samples.pixels, i, 1, sample_size);
    collection.take(sample.view());
    if (collection.count() >= most) --left;
  }
  std::vector<std::size_t> counts;
  for (const Collection& collection : collections) counts.push_back(collection.count());
  return counts;
}

}  // namespace

std::vector<std::size_t> distinct_samples(const Samples& samples, std::size_t sample_size,
                                          std::size_t most) {
  return counted<DistinctSamples>(samples, sample_size, most);
}

std::vector<std::size_t> dimensions_spanned(const Samples& samples, std::size_t sample_size,
                                            std::size_t most) {
  return counted<SpannedPlane>(samples, sample_size, most);
}

}  // namespace clvae::train
