#pragma once
/// \file
/// Choosing among the builds of innermost loops, which CMake's `clvae_add_builds` compiles for each
/// generation of processors.

#include "core/processor.hpp"

namespace clvae {

/// The loops for this processor. Elsewhere than on x86-64 all builds are the baseline's. Any
/// thread. \param baseline and the others: give the table of the loops' functions, one build each
template <class Loops>
Loops build_for_this_processor(Loops (*baseline)(), Loops (*x86_64_v3)(), Loops (*x86_64_v4)()) {
  switch (processor_level()) {
    case ProcessorLevel::x86_64_v4:
      return x86_64_v4();
    case ProcessorLevel::x86_64_v3:
      return x86_64_v3();
    case ProcessorLevel::baseline:
      break;
  }
  return baseline();
}

}  // namespace clvae
