#pragma once
/// \file
/// Which of the program's builds of its innermost loops this processor can run.

namespace clvae {

/// Generations of processors that loops are built for; x86-64's levels are those of its ABI.
enum class ProcessorLevel {
  baseline,   ///< whatever the compiler takes for the architecture
  x86_64_v3,  ///< AVX2, FMA
  x86_64_v4,  ///< AVX-512 F, BW, CD, DQ, VL
};

/// The highest level of this processor. Any thread.
ProcessorLevel processor_level();

}  // namespace clvae
