#include "reduce/kernels.hpp"

#include "core/builds.hpp"

namespace clvae::reduce {

const Kernels& kernels() {
  static const Kernels chosen =
      build_for_this_processor(baseline::build, x86_64_v3::build, x86_64_v4::build);
  return chosen;
}

}  // namespace clvae::reduce
