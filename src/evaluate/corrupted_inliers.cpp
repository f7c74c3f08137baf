#include "evaluate/corrupted_inliers.hpp"

#include <array>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/corruptions.hpp"
#include "run/dataset.hpp"

namespace clvae::evaluate {

namespace {

constexpr std::array<int, 3> kChosenSeverities{1, 3, 5};
constexpr Seed kCorruptionSeed{1};

const data::Corruption& corruption_of(std::size_t set) {
  return data::corruptions().at(set / kChosenSeverities.size());
}
int severity_of(std::size_t set) { return kChosenSeverities.at(set % kChosenSeverities.size()); }

/// One image's intensities.
void append_image(const data::LabelledImages& images, std::size_t index,
                  std::vector<float>& intensities) {
  constexpr float kWhite = 255;
  const std::size_t pixels = images.shape.pixels();
  for (std::size_t i = index * pixels; i < (index + 1) * pixels; ++i) {
    intensities.push_back(images.values.empty() ? static_cast<float>(images.pixels.at(i)) / kWhite
                                                : images.values.at(i));
  }
}

}  // namespace

CorruptedInliers::CorruptedInliers(const store::Reader& reader, const config::Config& config) {
  if (!reader.features().means.empty()) {
    throw UsageError("--corruptions are of images, and the run was trained on features");
  }
  config::Dataset wanted = config.dataset;
  wanted.memory = config::Dataset().memory;  // the values are wanted, whatever training did
  const data::Dataset dataset = run::read_dataset(wanted, reader.features().precision);
  if (dataset.fingerprint != reader.dataset_fingerprint()) {
    throw DataError(wanted.path, "fingerprint " + dataset.fingerprint,
                    reader.dataset_fingerprint() + ", of the data that the run was trained on");
  }
  shape_ = dataset.train.shape;
  const store::SampleTable test = reader.samples("test");
  for (std::size_t i = 0; i < test.labels.size(); ++i) {
    if (test.is_outlier[i] != 0) continue;
    append_image(test.original_split[i] == 0 ? dataset.train : dataset.test,
                 static_cast<std::size_t>(test.original_index[i]), intensities_);
  }
}

std::size_t CorruptedInliers::size() const {
  return data::corruptions().size() * kChosenSeverities.size();
}

SetArgument CorruptedInliers::argument(std::size_t set) const {
  return {"", fmt::format("{}_{}", corruption_of(set).name, severity_of(set)),
          "the corrupted test inliers"};
}

OutsideSet CorruptedInliers::set(std::size_t set) const {
  return {
      data::corrupted(corruption_of(set), severity_of(set), intensities_, shape_, kCorruptionSeed),
      shape_};
}

}  // namespace clvae::evaluate
