#include "map_passes.hpp"

namespace clvae::model {

namespace {

MapPasses build_for_this_processor() {
#ifdef CLVAE_X86_64_BUILDS
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl")) {
    return x86_64_v4::build();
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
      __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2")) {
    return x86_64_v3::build();
  }
#endif
  return baseline::build();
}

}  // namespace

const MapPasses& map_passes() {
  static const MapPasses chosen = build_for_this_processor();
  return chosen;
}

}  // namespace clvae::model
