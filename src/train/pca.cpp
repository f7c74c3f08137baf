#include "train/pca.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "train/principal_axes.hpp"

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

}  // namespace

struct PcaFit::Impl {
  Impl(const Values& pixels, std::size_t pixels_per_image, int wanted)
      : components(wanted),
        points(intensities(pixels, pixels_per_image)),
        mean(points.rowwise().mean()),
        search(centred(), wanted) {}

  const MatrixXd& centred() {
    points.colwise() -= mean;
    return points;
  }

  int components;
  MatrixXd points;  ///< [p, n]
  VectorXd mean;
  AxisSearch search;
};

PcaFit::PcaFit(const Values& pixels, std::int64_t pixels_per_image, int components) {
  const auto size = static_cast<std::size_t>(pixels_per_image);
  require_enough(pixels.size() / size, size, components, "a class");
  impl_ = std::make_unique<Impl>(pixels, size, components);
}

PcaFit::~PcaFit() = default;

std::optional<ClassPca> PcaFit::advance() {
  std::optional<PrincipalAxes> found = impl_->search.advance();
  if (!found) return std::nullopt;
  make_largest_positive(found->axes);
  const MatrixXd& points = impl_->points;
  const int components = impl_->components;
  const double total = points.squaredNorm() / static_cast<double>(points.cols() - 1);
  const auto left = static_cast<double>(std::min(points.rows(), points.cols()) - components);
  ClassPca pca;
  pca.noise_variance = (total - found->variances.sum()) / left;
  if (!(pca.noise_variance > kSmallestNoise * found->variances[0])) {
    throw AttemptError(
        fmt::format("{} principal components hold all variance of a class", components));
  }
  pca.mean.assign(impl_->mean.begin(), impl_->mean.end());
  pca.variances.assign(found->variances.begin(), found->variances.end());
  const auto axes = found->axes.reshaped();  // column by column: component by component
  pca.components.assign(axes.begin(), axes.end());
  return pca;
}

ClassPca fit_pca(const Values& pixels, std::int64_t pixels_per_image, int components) {
  PcaFit fit(pixels, pixels_per_image, components);
  while (true) {
    if (std::optional<ClassPca> pca = fit.advance()) return *std::move(pca);
  }
}

std::vector<double> log_likelihoods(const ClassPca& pca, const Values& pixels) {
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

PcaTraining::PcaTraining(const Samples& train, Samples validation, Samples test,
                         std::int64_t pixels_per_image, int components)
    : pixels_per_image_(static_cast<std::size_t>(pixels_per_image)),
      components_(components),
      validation_{std::move(validation.pixels), {}},
      test_{std::move(test.pixels), {}} {
  check_pca(train, pixels_per_image, components);
  images_ = by_class(train, pixels_per_image_);
  last_.epochs = static_cast<int>(images_.size());
  last_.train_loss = last_.validation_loss = std::numeric_limits<double>::quiet_NaN();
}

Piece PcaTraining::advance() {
  if (static_cast<std::size_t>(last_.epoch) < classes_.size()) {
    ++last_.epoch;
    return Piece::epoch_ended;
  }
  if (classes_.size() < images_.size()) {
    fit();
    return Piece::batch;
  }
  if (!has_ended_) {
    has_ended_ = true;
    result_.training_seconds = watch_.seconds();
    watch_ = Stopwatch();
    return Piece::training_ended;
  }
  for (Scored* part : {&validation_, &test_}) {
    if (part->is_done(classes_.size(), pixels_per_image_)) continue;
    score_batch(*part);
    return Piece::batch;
  }
  result_.encoding_seconds = watch_.seconds();
  return Piece::done;
}

/// Makes a step at the class whose turn it is.
void PcaTraining::fit() {
  const std::size_t fitted = classes_.size();
  if (!fit_) {
    fit_ = std::make_unique<PcaFit>(images_[fitted].view(),
                                    static_cast<std::int64_t>(pixels_per_image_), components_);
  }
  std::optional<ClassPca> pca = fit_->advance();
  if (!pca) return;
  fit_.reset();
  append(result_.means, pca->mean);
  append(result_.components, pca->components);
  append(result_.explained_variances, pca->variances);
  append(result_.noise_variances, {pca->noise_variance});
  classes_.push_back(*std::move(pca));
}

bool PcaTraining::Scored::is_done(std::size_t classes, std::size_t pixels_per_image) const {
  return columns.size() == classes && columns.back().size() * pixels_per_image == pixels.size();
}

std::vector<float> PcaTraining::Scored::rows() const {
  std::vector<float> rows;
  for (std::size_t i = 0; i < columns.front().size(); ++i) {
    for (const auto& column : columns) rows.push_back(static_cast<float>(column[i]));
  }
  return rows;
}

/// Scores the next images by the class whose turn it is.
void PcaTraining::score_batch(Scored& part) {
  const std::size_t samples = part.pixels.size() / pixels_per_image_;
  if (part.columns.empty() || part.columns.back().size() == samples) part.columns.emplace_back();
  std::vector<double>& column = part.columns.back();
  const std::size_t count = std::min(kScoringBatch, samples - column.size());
  const Values batch =
      part.pixels.subspan(column.size() * pixels_per_image_, count * pixels_per_image_);
  const std::vector<double> values = log_likelihoods(classes_[part.columns.size() - 1], batch);
  column.insert(column.end(), values.begin(), values.end());
}

PcaResult PcaTraining::result() {
  result_.validation_log_likelihoods = validation_.rows();
  result_.test_log_likelihoods = test_.rows();
  return std::move(result_);
}

}  // namespace clvae::train
