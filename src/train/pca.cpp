#include "train/pca.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "train/principal_axes.hpp"
#include "train/stopwatch.hpp"

namespace clvae::train {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Fixed, since the rounding of a product may depend on the number of its columns.
constexpr std::size_t kScoringBatch = 256;
constexpr double kLogTwoPi = 1.8378770664093453;
/// Of the largest variance: less is rounding.
constexpr double kSmallestNoise = 1e-12;

/// A column for each sample. [p, n]
template <class Value>
auto columns_of(gsl::span<const Value> values, std::size_t size) {
  using Columns = Eigen::Matrix<Value, Eigen::Dynamic, Eigen::Dynamic>;
  return Eigen::Map<const Columns>(values.data(), static_cast<Index>(size),
                                   static_cast<Index>(values.size() / size));
}

/// Intensities in 0..1 or features, an image a column. [p, n]
MatrixXd intensities(const Values& pixels, std::size_t pixels_per_image) {
  if (pixels.are_bytes()) {
    return columns_of(pixels.bytes(), pixels_per_image).cast<double>() / 255.0;
  }
  return columns_of(pixels.numbers(), pixels_per_image).cast<double>();
}

void require_enough(std::size_t images, std::size_t pixels_per_image, int components,
                    const std::string& whose) {
  const auto wanted = static_cast<std::size_t>(components);
  if (components >= 1 && images >= wanted + 2 && pixels_per_image > wanted) return;
  throw UsageError(
      fmt::format("a PCA of {} components (model.latent_dim) needs at least {} images of at least "
                  "{} pixels; {} has {} of {}",
                  components, wanted + 2, wanted + 1, whose, images, pixels_per_image));
}

/// The sign of an eigenvector is arbitrary; this one does not depend on how it was found.
void make_largest_positive(Eigen::MatrixXd& axes) {
  for (Index i = 0; i < axes.cols(); ++i) {
    Index largest = 0;
    axes.col(i).cwiseAbs().maxCoeff(&largest);
    if (axes(largest, i) < 0) axes.col(i) *= -1;
  }
}

/// The images of each class, one after the other.
std::vector<CopiedValues> by_class(const Samples& samples, std::size_t pixels_per_image) {
  std::vector<CopiedValues> images;
  for (std::size_t i = 0; i < samples.classes.size(); ++i) {
    const auto label = static_cast<std::size_t>(samples.classes[i]);
    if (label >= images.size()) images.resize(label + 1);
    images[label].append(samples.pixels, i, 1, pixels_per_image);
  }
  return images;
}

void append(std::vector<float>& all, const std::vector<double>& values) {
  for (const double value : values) all.push_back(static_cast<float>(value));
}

/// All classes' log-likelihoods. [n, K]
std::vector<float> class_log_likelihoods(const std::vector<ClassPca>& classes, const Values& pixels,
                                         const std::function<void()>& between_steps) {
  std::vector<std::vector<double>> columns;
  columns.reserve(classes.size());
  for (const ClassPca& pca : classes) {
    columns.push_back(log_likelihoods(pca, pixels, between_steps));
  }
  std::vector<float> rows;
  for (std::size_t i = 0; i < columns.front().size(); ++i) {
    for (const auto& column : columns) rows.push_back(static_cast<float>(column[i]));
  }
  return rows;
}

}  // namespace

ClassPca fit_pca(const Values& pixels, std::int64_t pixels_per_image, int components,
                 const std::function<void()>& between_steps) {
  const auto size = static_cast<std::size_t>(pixels_per_image);
  require_enough(pixels.size() / size, size, components, "a class");
  MatrixXd points = intensities(pixels, size);
  const VectorXd mean = points.rowwise().mean();
  points.colwise() -= mean;
  PrincipalAxes found = principal_axes(points, components, between_steps);
  make_largest_positive(found.axes);

  const double total = points.squaredNorm() / static_cast<double>(points.cols() - 1);
  const auto left = static_cast<double>(std::min(points.rows(), points.cols()) - components);
  ClassPca pca;
  pca.noise_variance = (total - found.variances.sum()) / left;
  if (!(pca.noise_variance > kSmallestNoise * found.variances[0])) {
    throw AttemptError(
        fmt::format("{} principal components hold all variance of a class", components));
  }
  pca.mean.assign(mean.begin(), mean.end());
  pca.variances.assign(found.variances.begin(), found.variances.end());
  const auto axes = found.axes.reshaped();  // column by column: component by component
  pca.components.assign(axes.begin(), axes.end());
  return pca;
}

std::vector<double> log_likelihoods(const ClassPca& pca, const Values& pixels,
                                    const std::function<void()>& between_steps) {
  const auto size = static_cast<Index>(pca.mean.size());
  const auto count = static_cast<Index>(pca.variances.size());
  const Eigen::Map<const VectorXd> mean(pca.mean.data(), size);
  const Eigen::Map<const MatrixXd> axes(pca.components.data(), size, count);
  const Eigen::Map<const VectorXd> variances(pca.variances.data(), count);
  const double log_determinant = variances.array().log().sum() +
                                 static_cast<double>(size - count) * std::log(pca.noise_variance);
  const double peak = -0.5 * (static_cast<double>(size) * kLogTwoPi + log_determinant);
  std::vector<double> values;
  const std::size_t batch = kScoringBatch * pca.mean.size();
  for (std::size_t begin = 0; begin < pixels.size(); begin += batch) {
    MatrixXd points =
        intensities(pixels.subspan(begin, std::min(batch, pixels.size() - begin)), pca.mean.size());
    points.colwise() -= mean;
    const MatrixXd along = axes.transpose() * points;
    const Eigen::RowVectorXd across =
        points.colwise().squaredNorm() - along.colwise().squaredNorm();
    const Eigen::RowVectorXd distances =
        variances.cwiseInverse().transpose() * along.cwiseAbs2() + across / pca.noise_variance;
    for (const double distance : distances) values.push_back(peak - 0.5 * distance);
    if (between_steps) between_steps();
  }
  return values;
}

void check_pca(const Samples& train, std::int64_t pixels_per_image, int components) {
  std::vector<std::size_t> counts;
  for (const std::int32_t label : train.classes) {
    const auto index = static_cast<std::size_t>(label);
    if (index >= counts.size()) counts.resize(index + 1);
    ++counts[index];
  }
  const auto smallest = std::min_element(counts.begin(), counts.end());
  require_enough(smallest == counts.end() ? 0 : *smallest,
                 static_cast<std::size_t>(pixels_per_image), components, "the smallest class");
}

PcaResult train_pca(const Samples& train, const Samples& validation, const Samples& test,
                    std::int64_t pixels_per_image, int components, const Hooks& hooks) {
  constexpr double kNoLoss = std::numeric_limits<double>::quiet_NaN();
  check_pca(train, pixels_per_image, components);
  const Stopwatch fitting;
  const auto images = by_class(train, static_cast<std::size_t>(pixels_per_image));
  std::vector<ClassPca> classes;
  PcaResult result;
  const auto between_steps = [&hooks] {
    if (hooks.between_batches) hooks.between_batches();
    if (hooks.is_stopping && hooks.is_stopping()) throw InterruptedError("the PCA was stopped");
  };
  for (const CopiedValues& pixels : images) {
    classes.push_back(fit_pca(pixels.view(), pixels_per_image, components, between_steps));
    const ClassPca& pca = classes.back();
    append(result.means, pca.mean);
    append(result.components, pca.components);
    append(result.explained_variances, pca.variances);
    append(result.noise_variances, {pca.noise_variance});
    between_steps();  // a small class is solved in one
    if (hooks.after_epoch) {
      hooks.after_epoch(
          {static_cast<int>(classes.size()), static_cast<int>(images.size()), kNoLoss, kNoLoss});
    }
  }
  result.training_seconds = fitting.seconds();
  if (hooks.training_ended) hooks.training_ended();
  const Stopwatch scoring;
  result.validation_log_likelihoods =
      class_log_likelihoods(classes, validation.pixels, hooks.between_batches);
  result.test_log_likelihoods = class_log_likelihoods(classes, test.pixels, hooks.between_batches);
  result.encoding_seconds = scoring.seconds();
  return result;
}

}  // namespace clvae::train
