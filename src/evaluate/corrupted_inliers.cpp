#include "evaluate/corrupted_inliers.hpp"

#include <array>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/values.hpp"
#include "evaluate/run_images.hpp"
#include "run/dataset.hpp"

namespace clvae::evaluate {

namespace {

constexpr std::array<int, 3> kChosenSeverities{1, 3, 5};
constexpr Seed kCorruptionSeed{1};

/// One image's intensities.
void append_image(const data::LabelledImages& images, std::size_t index,
                  std::vector<float>& intensities) {
  constexpr float kWhite = 255;
  CopiedValues copied;
  copied.append(values_of(images), index, 1, images.shape.pixels());
  const Values image = copied.view();
  for (const std::uint8_t value : image.bytes()) {
    intensities.push_back(static_cast<float>(value) / kWhite);
  }
  intensities.insert(intensities.end(), image.numbers().begin(), image.numbers().end());
}

}  // namespace

std::string CorruptedSet::fingerprint() const {
  return fmt::format("{} of {}, seed {}", corruption->name,
                     corruption->amounts.at(static_cast<std::size_t>(severity) - 1),
                     kCorruptionSeed.value());
}

std::vector<CorruptedSet> corrupted_sets() {
  std::vector<CorruptedSet> sets;
  for (const data::Corruption& corruption : data::corruptions()) {
    for (const int severity : kChosenSeverities) {
      config::EvaluationSet set{fmt::format("{}_{}", corruption.name, severity),
                                "the corrupted test inliers"};
      sets.push_back({std::move(set), &corruption, severity});
    }
  }
  return sets;
}

void require_images(const data::ImageShape& shape) {
  if (shape.is_image()) return;
  throw UsageError("corruptions are of images, and the run's samples are vectors of features");
}

CorruptedInliers::CorruptedInliers(const store::Reader& reader, const config::Config& config) {
  const data::Dataset dataset = run::read_dataset(config.dataset, reader.features().precision);
  if (dataset.fingerprint != reader.dataset_fingerprint()) {
    throw DataError(config.dataset.path, "fingerprint " + dataset.fingerprint,
                    reader.dataset_fingerprint() + ", of the data that the run was trained on");
  }
  shape_ = dataset.train.shape;
  require_images(shape_);
  const store::SampleTable test = reader.samples("test");
  for (std::size_t i = 0; i < test.labels.size(); ++i) {
    if (test.is_outlier[i] != 0) continue;
    append_image(test.original_split[i] == 0 ? dataset.train : dataset.test,
                 static_cast<std::size_t>(test.original_index[i]), intensities_);
  }
}

OutsideSet CorruptedInliers::samples(const CorruptedSet& corrupted) const {
  return {data::corrupted(*corrupted.corruption, corrupted.severity, intensities_, shape_,
                          kCorruptionSeed),
          shape_};
}

}  // namespace clvae::evaluate
