#include "run/settings.hpp"

#include <filesystem>

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
  settings.folder = RunFolder(output);
  return settings;
}

}  // namespace

Settings settings_of(const ConfigArguments& arguments) {
  return parsed(config::read_text(arguments.config), arguments);
}

Settings agreed_settings(const comm::Communicator& world, const ConfigArguments& arguments) {
  std::string text;
  comm::together(world, [&] {
    if (world.is_root()) text = config::read_text(arguments.config);
  });
  text = world.broadcast(text);
  Settings settings{{}, RunFolder(""), {}};
  comm::together(world, [&] { settings = parsed(text, arguments); });
  return settings;
}

}  // namespace clvae::run
