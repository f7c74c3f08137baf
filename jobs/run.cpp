#include <fmt/format.h>

#include "jobs.hpp"

namespace clvae::jobs {

void run(const comm::Communicator& world, const run::Settings& settings, Console& console) {
  train(world, settings, console);
  reduce(world, settings.folder, settings.config.reduction, console);
  comm::together(world, [&] {
    if (world.is_root()) plot(settings.folder, "", console);
  });
}

}  // namespace clvae::jobs
