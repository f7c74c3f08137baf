#include "run/devices.hpp"

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "comm/places.hpp"
#include "embed/trained_run.hpp"
#include "run/experiment.hpp"
#include "train/device.hpp"

namespace clvae::run {

namespace {

std::vector<comm::DeviceAssignment> assigned(const config::Training& training,
                                             const std::vector<comm::RankPlace>& places) {
  const auto choice = comm::device_choice_named(training.device);
  return comm::assign_devices(choice.value_or(comm::DeviceChoice::automatic), places);
}

}  // namespace

std::vector<comm::DeviceAssignment> agreed_devices(const comm::Communicator& world,
                                                   const config::Training& training) {
  int devices = 0;
  comm::together(world, [&] {
    train::prepare(training.threads);
    devices = train::visible_cuda_devices();
  });
  const std::vector<comm::RankPlace> places = comm::gather_places(world, devices);
  std::vector<comm::DeviceAssignment> assignments;
  comm::together(world, [&] { assignments = assigned(training, places); });
  return assignments;
}

comm::DeviceAssignment own_device(const config::Training& training) {
  train::prepare(training.threads);
  return {Rank{0}, "", embed::device_of(training)};
}

void require_precision(const config::Config& config, const comm::DeviceAssignment& place) {
  if (!emulates_precision(config, place.device)) return;
  throw UsageError(
      fmt::format("training.precision: found {}, which the processor {} has no instructions for, "
                  "so that it would gain nothing on float32; allowed there: float32, or a GPU",
                  config.training.precision, place.host.empty() ? "here" : "of " + place.host));
}

}  // namespace clvae::run
