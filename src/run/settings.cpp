#include "run/settings.hpp"

#include <filesystem>
#include <string>

#include "clvae/core/errors.hpp"
#include "core/paths.hpp"
#include "store/reader.hpp"

namespace clvae::run {

namespace {

Settings parsed(const std::string& text, const ConfigArguments& arguments) {
  Settings settings{config::parse(text, arguments.config, arguments.overrides), RunFolder(""),
                    TimeLimit::from(arguments.time_limit)};
  std::string& output = settings.config.output;
  if (!arguments.output.empty()) output = arguments.output;
  if (output.empty()) {
    output = "runs/" + std::filesystem::path(arguments.config).stem().string();
  }
  if (has_control_character(output)) {
    throw UsageError(
        "the output folder's name holds a line end or another control character; "
        "expected one without");
  }
  settings.folder = RunFolder(output);
  return settings;
}

/// Whether a run is there that was begun by a version which read images otherwise: then it goes on
/// with the pixels that it has. What else is wrong with the run file is for others to find.
bool goes_on_with_legacy_images(const RunFolder& folder) {
  if (!folder.has_run_file()) return false;
  try {
    const store::Reader reader(folder.run_file());
    const config::Config stored = config::parse_stored(reader.config(), reader.path() + ":/config");
    return stored.dataset.image.reading == config::kLegacyImageReading;
  } catch (const Error&) {
    return false;
  }
}

void read_images_as_before(Settings& settings) {
  settings.config.dataset.image.reading = config::kLegacyImageReading;
}

}  // namespace

Settings settings_of(const ConfigArguments& arguments) {
  Settings settings = parsed(config::read_text(arguments.config), arguments);
  if (goes_on_with_legacy_images(settings.folder)) read_images_as_before(settings);
  return settings;
}

Settings agreed_settings(const comm::Communicator& world, const ConfigArguments& arguments) {
  std::string text;
  comm::together(world, [&] {
    if (world.is_root()) text = config::read_text(arguments.config);
  });
  text = world.broadcast(text);
  Settings settings{{}, RunFolder(""), {}};
  std::string is_legacy;
  comm::together(world, [&] {
    settings = parsed(text, arguments);
    if (world.is_root() && goes_on_with_legacy_images(settings.folder)) is_legacy = "yes";
  });
  if (!world.broadcast(is_legacy).empty()) read_images_as_before(settings);
  return settings;
}

}  // namespace clvae::run
