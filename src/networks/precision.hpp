#pragma once
/// \file
/// In which numbers a network's large maps are computed.

namespace clvae::networks {

/// Weights, images, dense layers and what comes out of a network are float32 in any case.
enum class Precision {
  float32,
  /// Values are float32, but a GPU multiplies them with 11 of their 24 significant bits.
  tf32,
  /// Convolutions multiply bfloat16 numbers and add up in float32, and the maps between them are
  /// kept as bfloat16: a float32 with 8 significant bits instead of 24.
  bfloat16,
};

/// Whether this processor multiplies bfloat16 numbers by itself and LibTorch makes use of it
/// (AVX512-BF16). Elsewhere they are emulated, much slower than float32. Any rank.
bool processor_has_bfloat16();

}  // namespace clvae::networks
