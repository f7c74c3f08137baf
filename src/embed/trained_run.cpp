#include "embed/trained_run.hpp"

#include <array>
#include <filesystem>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "comm/device_map.hpp"
#include "core/nearest.hpp"
#include "data/split.hpp"
#include "methods/architecture.hpp"
#include "reduce/references.hpp"
#include "reduce/walk.hpp"
#include "store/slabs.hpp"
#include "train/device.hpp"

namespace clvae::embed {

namespace {

namespace files = std::filesystem;

/// Weights of one member's encoder in the run file.
std::int64_t encoder_weights_in(const store::Reader& reader) {
  for (const store::MemberDataset& dataset : reader.datasets(kScoringKind)) {
    if (dataset.name == slab::kEncoderWeights && dataset.slab_shape.size() == 1) {
      return static_cast<std::int64_t>(dataset.slab_shape.front());
    }
  }
  throw RunFileError(reader.path(), fmt::format("/members/{}", name_of(kScoringKind)),
                     "no encoder_weights", "them");
}

bool has_weights(const config::Config& config, const data::ImageShape& shape,
                 std::int64_t weights) {
  try {
    return networks::parameters_in(methods::architecture_of(config, shape)->encoder_layout()) ==
           weights;
  } catch (const UsageError&) {
    return false;
  }
}

/// \throws UsageError where the run has no CL-VAEs
void require_clvaes(const store::Reader& reader) {
  std::vector<std::string> names;
  for (const Kind kind : reader.kinds()) {
    if (kind == kScoringKind) return;
    names.emplace_back(name_of(kind));
  }
  throw UsageError(
      fmt::format("{}: the run has no CL-VAE members, by which new samples are scored; "
                  "it has {}",
                  reader.path(), joined(names)));
}

/// The size of images in a run file of an earlier version.
data::ImageShape image_shape_of(const store::Reader& reader, const config::Config& config,
                                const std::optional<data::ImageShape>& candidate) {
  const std::int64_t weights = encoder_weights_in(reader);
  if (candidate && has_weights(config, *candidate, weights)) return *candidate;
  constexpr std::array<int, 4> kChannels{1, 3, 4, 2};
  constexpr int kLargestSide = 1024;
  for (const int channels : kChannels) {
    for (int side = 1; side <= kLargestSide; ++side) {
      if (has_weights(config, {channels, side, side}, weights)) return {channels, side, side};
    }
  }
  throw RunFileError(reader.path(), "attribute image_shape", "nothing",
                     "the size of the run's images, which are no square ones");
}

score::EnsembleOptions options_of(const store::Reader& reader, const config::Config& config,
                                  const data::ImageShape& shape) {
  const std::vector<std::int32_t> inliers = reader.inlier_classes();
  score::EnsembleOptions options;
  options.architecture = methods::architecture_of(config, shape);
  options.class_names = names_of_classes({inliers.begin(), inliers.end()}, reader.class_names());
  // The loader allows no other words.
  options.score = reduce::score_named(config.reduction.score);
  options.merge = reduce::merge_named(merge_in_use(config.reduction)).value();
  if (store::FeatureTable features = reader.features(); !features.means.empty()) {
    options.standardisation = data::Standardisation{
        std::move(features.means), std::move(features.deviations), features.precision};
  }
  return options;
}

/// \throws UsageError where the run has none
ReferenceSamples reference_samples_for(const store::Reader& reader, const reduce::Score& score) {
  if (has_references(reader, kScoringKind)) {
    return reference_samples(reader, training_classes(reader));
  }
  throw UsageError(fmt::format(
      "{}: the score {} needs latents of training inliers, which its members don't keep, as an "
      "earlier version left them with store.train_latents: false; choose another score",
      reader.path(), score.name));
}

}  // namespace

std::string run_file_at(const std::string& folder_or_run_file) {
  const files::path given(folder_or_run_file);
  std::error_code ignored;
  if (files::is_directory(given, ignored)) {
    const files::path file = given / "run.h5";
    if (files::exists(file, ignored)) return file.string();
    throw UsageError(
        fmt::format("{}: found no run.h5 in it; expected the folder of a run", folder_or_run_file));
  }
  const bool is_there = files::exists(given, ignored);
  if (given.filename() == "run.h5" && is_there) return folder_or_run_file;
  throw UsageError(fmt::format("{}: found {}; expected the folder of a run, or its run.h5",
                               folder_or_run_file, is_there ? "another file" : "nothing"));
}

std::vector<std::string> names_of_classes(const std::vector<int>& classes,
                                          const std::vector<std::string>& class_names) {
  std::vector<std::string> names;
  for (const int label : classes) names.push_back(class_names.at(static_cast<std::size_t>(label)));
  return names;
}

config::Reduction reduction_of(const store::Reader& reader,
                               const std::vector<std::string>& overrides) {
  const std::string origin = reader.path() + ":/config";
  const config::Config stored = config::parse_stored(reader.config(), origin);
  const config::Config wanted = config::parse_stored(reader.config(), origin, overrides);
  for (const auto key_class : {config::KeyClass::identity, config::KeyClass::execution}) {
    const auto others = config::differences(stored, wanted, key_class);
    if (others.empty()) continue;
    throw ConfigError({"--set", 0, others.front().key}, others.front().wanted,
                      "keys that begin with reduction. (a run that exists can be reduced "
                      "otherwise, but is trained as it is)");
  }
  return wanted.reduction;
}

std::string merge_in_use(const config::Reduction& reduction) {
  // The loader allows no other words.
  const reduce::Merge wanted = reduce::merge_named(reduction.merge).value();
  return std::string(reduce::name_of(reduce::score_named(reduction.score)->merge_in_use(wanted)));
}

config::Config scoring_config(const store::Reader& reader, const LoadOptions& options) {
  std::vector<std::string> overrides;
  if (!options.score.empty()) overrides.push_back("reduction.score=" + options.score);
  if (!options.merge.empty()) overrides.push_back("reduction.merge=" + options.merge);
  config::Config config = config::parse_stored(reader.config(), reader.path() + ":/config");
  config.reduction = reduction_of(reader, overrides);
  if (!options.device.empty()) config.training.device = options.device;
  if (options.threads != 0) config.training.threads = options.threads;
  return config;
}

std::optional<data::ImageShape> stored_shape(const store::Reader& reader) {
  const std::size_t features = reader.features().means.size();
  if (features != 0) return data::ImageShape{static_cast<int>(features), 1, 1, true};
  const std::vector<std::int32_t> image = reader.image_shape();
  if (image.empty()) return std::nullopt;
  return data::ImageShape{image[0], image[1], image[2]};
}

data::ImageShape sample_shape_of(const store::Reader& reader, const config::Config& config,
                                 const std::optional<data::ImageShape>& candidate) {
  require_clvaes(reader);
  const std::optional<data::ImageShape> stored = stored_shape(reader);
  return stored ? *stored : image_shape_of(reader, config, candidate);
}

UsableMembers usable_members(const store::Reader& reader, const std::vector<bool>& intact,
                             std::size_t most) {
  UsableMembers members;
  members.requested = intact.size();
  for (std::uint32_t member = 0; member < intact.size(); ++member) {
    if (intact[member]) members.intact.emplace_back(member);
  }
  if (members.intact.empty()) {
    throw UsageError(fmt::format("{}: none of {} CL-VAE members is done yet; clvae info tells more",
                                 reader.path(), intact.size()));
  }
  if (most == 0) return members;
  if (most > members.intact.size()) {
    throw UsageError(fmt::format("{}: {} members are asked for; only {} CL-VAE members are done",
                                 reader.path(), most, members.intact.size()));
  }
  members.intact.resize(most);
  return members;
}

UsableMembers usable_members(const store::Reader& reader, std::size_t most) {
  require_clvaes(reader);
  const std::size_t places = reader.summary(kScoringKind).members;
  std::vector<bool> intact;
  for (std::uint32_t member = 0; member < places; ++member) {
    intact.push_back(reader.is_intact(kScoringKind, MemberIndex{member}));
  }
  return usable_members(reader, intact, most);
}

std::vector<std::int32_t> training_classes(const store::Reader& reader) {
  const std::vector<std::int32_t> stored = reader.inlier_classes();
  return data::inlier_indices(reader.samples("train").labels, {stored.begin(), stored.end()});
}

reduce::Gaussians fit_of(const store::Reader& reader, Kind kind, MemberIndex member,
                         gsl::span<const std::int32_t> training_classes) {
  const auto classes = static_cast<int>(reader.inlier_classes().size());
  const auto dimension = static_cast<int>(reader.summary(kind).latent_dim);
  if (reader.has_dataset(kind, slab::kTrainLatents)) {
    return reduce::fit_gaussians(reader.slab(kind, member, slab::kTrainLatents), training_classes,
                                 classes, dimension);
  }
  return reduce::gaussians_of({classes, dimension,
                               reader.exact_slab(kind, member, slab::kClassMeans),
                               reader.exact_slab(kind, member, slab::kClassCovariances)});
}

bool has_references(const store::Reader& reader, Kind kind) {
  return reader.has_dataset(kind, slab::kReferenceLatents) ||
         reader.has_dataset(kind, slab::kTrainLatents);
}

ReferenceSamples reference_samples(const store::Reader& reader,
                                   gsl::span<const std::int32_t> training_classes) {
  ReferenceSamples references;
  references.samples = reduce::draw_references(reader.dataset_fingerprint(), training_classes,
                                               reader.inlier_classes().size());
  for (const std::size_t sample : references.samples) {
    references.classes.push_back(training_classes[sample]);
  }
  return references;
}

std::vector<float> reference_latents(const store::Reader& reader, Kind kind, MemberIndex member,
                                     const ReferenceSamples& references) {
  if (reader.has_dataset(kind, slab::kReferenceLatents)) {
    return reader.slab(kind, member, slab::kReferenceLatents);
  }
  return reduce::latents_of(references.samples, reader.slab(kind, member, slab::kTrainLatents),
                            reader.summary(kind).latent_dim);
}

TrainedMembers trained_members(const store::Reader& reader, const config::Config& config,
                               const data::ImageShape& shape, const UsableMembers& usable,
                               const std::vector<reduce::Gaussians>& fits) {
  TrainedMembers trained;
  trained.requested = usable.requested;
  trained.options = options_of(reader, config, shape);
  // The order decides the last bits: that of the reduction gives the scores of scores.csv.
  const reduce::Order order =
      reduce::draw_orders(usable.intact.size(), static_cast<std::size_t>(config.reduction.draws),
                          Seed{config.reduction.seed})
          .front();
  ReferenceSamples references;
  if (trained.options.score->is_joint) {
    references = reference_samples_for(reader, *trained.options.score);
    trained.options.reference_classes = references.classes;
  }
  for (const std::size_t place : order) {
    const MemberIndex member = usable.intact[place];
    trained.indices.push_back(member);
    score::Member& taken = trained.members.emplace_back();
    taken.encoder_weights = reader.slab(kScoringKind, member, slab::kEncoderWeights);
    taken.gaussians = fits[place];
    taken.index = member.value();
    if (!references.samples.empty()) {
      taken.reference_latents = reference_latents(reader, kScoringKind, member, references);
    }
  }
  return trained;
}

TrainedMembers trained_members(const store::Reader& reader, const config::Config& config,
                               const data::ImageShape& shape, const UsableMembers& usable) {
  const std::vector<std::int32_t> classes = training_classes(reader);
  std::vector<reduce::Gaussians> fits;
  for (const MemberIndex member : usable.intact) {
    fits.push_back(fit_of(reader, kScoringKind, member, classes));
  }
  return trained_members(reader, config, shape, usable, fits);
}

TrainedRun ready(const TrainedMembers& trained, const std::string& device) {
  score::EnsembleOptions options = trained.options;
  options.device = device;
  return {trained.indices, trained.requested, score::Ensemble(options, trained.members)};
}

std::string device_of(const config::Training& training) {
  const auto choice = comm::device_choice_named(training.device);
  if (!choice) {
    throw UsageError(
        fmt::format("the device {} is asked for; expected auto, cpu or cuda", training.device));
  }
  comm::RankPlace place;
  place.host = "this host";
  place.visible_cuda_devices = train::visible_cuda_devices();
  return comm::assign_devices(*choice, {place}).front().device;
}

}  // namespace clvae::embed
