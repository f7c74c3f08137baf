#include "evaluate/run_ensemble.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "data/formats/csv/encoder.hpp"
#include "data/sample_words.hpp"
#include "evaluate/gaussian_fits.hpp"
#include "run/dataset.hpp"
#include "run/devices.hpp"
#include "run/run_file.hpp"

namespace clvae::evaluate {

namespace {

/// The columns of the run's table; none where it was trained on arrays.
std::vector<data::Column> columns_in(const store::FeatureTable& features, const std::string& path) {
  std::vector<data::Column> columns;
  try {
    for (const auto& column : nlohmann::json::parse(features.columns)) {
      columns.push_back({column.at("name"), column.at("categories")});
    }
  } catch (const nlohmann::json::exception&) {
    throw RunFileError(path, "/features/columns", "no list of columns",
                       "JSON with name and categories of each");
  }
  const std::size_t count = data::features_of(columns);
  if (columns.empty() || count == features.means.size()) return columns;
  throw RunFileError(path, "/features/columns", fmt::format("columns of {} features", count),
                     fmt::format("{}, as in /features/means", features.means.size()));
}

/// What the config alone says of new samples.
data::SampleForm configured_form(const config::Config& config) {
  data::SampleForm form;
  form.axes = run::axes_of(config.dataset.axes);
  form.reading = run::image_reading_of(config.dataset.image);
  form.scale = config.dataset.scale;
  form.label_column = config.dataset.csv.label;
  form.separator = run::separator_of(config.dataset.csv.separator);
  return form;
}

/// What the run file says, where the form has the shape already.
void take_stored(const store::Reader& reader, data::SampleForm& form) {
  form.are_bytes = reader.sample_type() != store::kIntensities;
  if (form.shape.is_image()) return;
  const store::FeatureTable features = reader.features();
  form.columns = columns_in(features, reader.path());
  form.precision = features.precision;
}

}  // namespace

data::SampleForm sample_form_of(const store::Reader& reader, const config::Config& config,
                                const std::optional<data::ImageShape>& candidate) {
  data::SampleForm form = configured_form(config);
  form.shape = embed::sample_shape_of(reader, config, candidate);
  take_stored(reader, form);
  return form;
}

data::SampleForm sample_form_of(const store::Reader& reader, const config::Config& config) {
  const std::optional<data::ImageShape> stored = embed::stored_shape(reader);
  if (!stored) return sample_form_of(reader, config, {});
  data::SampleForm form = configured_form(config);
  form.shape = *stored;
  take_stored(reader, form);
  return form;
}

data::SampleForm sample_form_of(const data::Experiment& experiment, const config::Config& config) {
  data::SampleForm form = configured_form(config);
  form.shape = experiment.shape;
  form.are_bytes = experiment.train.values.are_bytes();
  form.columns = experiment.columns;
  form.precision = experiment.standardisation.precision;
  return form;
}

void require_shape(const std::string& path, const data::ImageShape& found,
                   const data::ImageShape& expected) {
  if (found == expected) return;
  throw DataError(path, describe(found) + data::words_of(found).axes,
                  describe(expected) + ", as the run was trained on");
}

embed::TrainedRun agreed_run(const comm::Communicator& world, const store::Reader& reader,
                             const config::Config& config, const data::ImageShape& shape,
                             const ScoreOptions& options) {
  const auto rank = static_cast<std::size_t>(world.rank().value());
  const std::vector<bool> intact = run::intact_members(world, reader, kScoringKind);
  embed::UsableMembers usable;
  std::vector<std::int32_t> training_classes;
  comm::together(world, [&] {
    usable = embed::usable_members(reader, intact, options.loading.members);
    training_classes = embed::training_classes(reader);
  });
  const std::vector<reduce::Gaussians> fits = gaussian_fits(
      world, reader, training_classes, {kScoringKind, usable.intact, usable.requested});
  const std::string device = run::agreed_devices(world, config.training).at(rank).device;
  std::optional<embed::TrainedRun> run;
  comm::together(world, [&] {
    run.emplace(embed::ready(embed::trained_members(reader, config, shape, usable, fits), device));
  });
  return std::move(*run);
}

embed::TrainedRun own_run(const store::Reader& reader, const config::Config& config,
                          const data::ImageShape& shape, const ScoreOptions& options) {
  const embed::UsableMembers usable = embed::usable_members(reader, options.loading.members);
  return embed::ready(embed::trained_members(reader, config, shape, usable),
                      run::own_device(config.training).device);
}

}  // namespace clvae::evaluate
