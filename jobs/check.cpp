#include <algorithm>
#include <cstdint>
#include <filesystem>

#include <fmt/format.h>

#include "clvae/core/nearest.hpp"
#include "clvae/model/architecture.hpp"
#include "clvae/model/centres.hpp"
#include "clvae/store/creator.hpp"
#include "experiment.hpp"
#include "jobs.hpp"
#include "run_file.hpp"

namespace clvae::jobs {

namespace {

/// Resident memory of a rank before there is any data: LibTorch, MPI and HDF5. Measured.
constexpr double kProgramBytes = 250.0 * 1024 * 1024;
/// Copies of a layer's output that live at once during a training step: output, gradient, work
/// space of the convolutions. Measured.
constexpr double kCopiesOfActivations = 5;

/// What one rank keeps in memory, to within a third.
double memory_needed(const data::Experiment& experiment, const model::Architecture& architecture,
                     int batch_size) {
  double activations = 0;
  for (const model::FeatureMap& map : model::feature_maps(architecture)) {
    // The decoder mirrors the encoder.
    activations += 2.0 * map.channels * map.height * map.width * sizeof(float);
  }
  const double pixels =
      static_cast<double>(experiment.train.pixels.size() + experiment.validation.pixels.size() +
                          experiment.test.pixels.size());
  // The samples are kept once as read and once on the device, which may be this host.
  return kProgramBytes + 2 * pixels + kCopiesOfActivations * activations * batch_size;
}

std::string convolutions(const model::Architecture& architecture) {
  std::vector<std::string> layers;
  for (const model::ConvolutionLayer& layer : architecture.convolutions) {
    layers.push_back(fmt::format("{}/{}", layer.channels, layer.stride));
  }
  return joined(layers);
}

/// What is there already. \throws RunFileError where it is another experiment's
std::string describe_run(const Settings& settings, const store::Contents& contents) {
  if (!settings.folder.has_run_file()) return "new";
  const store::Reader reader(settings.folder.run_file());
  require_same_experiment(reader, settings.config, contents);
  const store::KindSummary summary = reader.summary(Kind::clvae);
  const auto done = std::count_if(
      summary.commits.begin(), summary.commits.end(),
      [](const store::CommitRecord& record) { return record.state == store::MemberState::done; });
  return fmt::format("is there; {} of {} members done", done, summary.members);
}

/// Free bytes where the folder is or will be.
double free_space(std::filesystem::path folder) {
  std::error_code ignored;
  folder = std::filesystem::absolute(folder, ignored);
  while (!std::filesystem::exists(folder, ignored) && folder.has_relative_path()) {
    folder = folder.parent_path();
  }
  return static_cast<double>(std::filesystem::space(folder, ignored).available);
}

}  // namespace

std::string check(const Settings& settings) {
  const config::Config& config = settings.config;
  const data::Experiment experiment = load_experiment(config);
  const model::Architecture architecture = architecture_of(config, experiment.shape);
  const std::size_t classes = experiment.inlier_classes.size();
  const std::vector<plan::Member> members = planned_members(config, classes);
  const store::Contents contents = run_contents(config, experiment, members);
  const std::size_t batch = static_cast<std::size_t>(config.training.batch_size);
  const std::size_t steps = (experiment.train.size() + batch - 1) / batch;
  const double flops = model::training_flops(architecture) *
                       static_cast<double>(experiment.train.size()) * config.training.epochs;

  std::string text = fmt::format("data      {}\n", describe(experiment));
  text += fmt::format("images    {} x {} x {} (channels, height, width)\n",
                      experiment.shape.channels, experiment.shape.height, experiment.shape.width);
  text += fmt::format(
      "networks  convolutions {} (channels/stride), dense {}, d = {}; {} parameters\n",
      convolutions(architecture), architecture.hidden, architecture.latent_dim,
      model::encoder_parameters(architecture) + model::decoder_parameters(architecture));
  text += fmt::format(
      "centres   {} at radius {}, at least {:.3g} apart\n", classes, config.model.centre_radius,
      model::smallest_distance(centres_of(config, classes), config.model.latent_dim));
  text += fmt::format("plan      {} members of kind clvae, {} permutations\n", members.size(),
                      config.ensemble.permutation);
  text +=
      fmt::format("training  at most {} epochs of {} steps of {} samples; {:.3g} TFLOP a member\n",
                  config.training.epochs, steps, batch, flops / 1e12);
  text += fmt::format(
      "memory    about {} a rank\n",
      format_bytes(memory_needed(experiment, architecture, config.training.batch_size)));
  text += fmt::format("disk      {} for the run file; {} free\n",
                      format_bytes(static_cast<double>(store::size_needed(contents))),
                      format_bytes(free_space(settings.folder.path())));
  text +=
      fmt::format("run       {}: {}\n", settings.folder.path(), describe_run(settings, contents));
  return text;
}

}  // namespace clvae::jobs
