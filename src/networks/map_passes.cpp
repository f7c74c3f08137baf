#include "networks/map_passes.hpp"

#include "core/builds.hpp"

namespace clvae::networks {

const MapPasses& map_passes() {
  static const MapPasses chosen =
      build_for_this_processor(baseline::build, x86_64_v3::build, x86_64_v4::build);
  return chosen;
}

}  // namespace clvae::networks
