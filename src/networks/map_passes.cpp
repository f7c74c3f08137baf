#include "networks/map_passes.hpp"

#include "core/processor.hpp"

namespace clvae::networks {

namespace {

MapPasses build_for(ProcessorLevel level) {
#ifdef CLVAE_X86_64_BUILDS
  if (level == ProcessorLevel::x86_64_v4) return x86_64_v4::build();
  if (level == ProcessorLevel::x86_64_v3) return x86_64_v3::build();
#endif
  static_cast<void>(level);  // elsewhere there is one build
  return baseline::build();
}

}  // namespace

const MapPasses& map_passes() {
  static const MapPasses chosen = build_for(processor_level());
  return chosen;
}

}  // namespace clvae::networks
