#pragma once
/// \file
/// The passes over feature maps that LibTorch has no single call for, compiled for several
/// generations of processors.
///
/// A map is [positions][channels], as channels-last memory is. Of the numbers that end in
/// `Bits`, bfloat16 is meant: the upper half of a float's bits.

#include <cstdint>

namespace clvae::networks {

using Bfloat16Bits = std::uint16_t;

struct MapSize {
  std::int64_t positions = 0;
  std::int64_t channels = 0;
};

/// relu(in + offset of the channel); `out` may be `in`. \param offsets [channels]
template <class In, class Out>
using AddAndCut = void (*)(const In* in, const float* offsets, Out* out, MapSize size);

/// The gradient where the activation is positive, else 0; `out` may be `gradient`. Adds it up over
/// the positions, one after the other. \param sums [channels], are added to
template <class Value, class Out>
using PassAndSum = void (*)(const Value* gradient, const Value* activations, Out* out, float* sums,
                            MapSize size);

/// One build of all passes. All builds give the same bits.
struct MapPasses {
  AddAndCut<float, float> add_and_cut;
  AddAndCut<float, Bfloat16Bits> add_cut_and_narrow;
  AddAndCut<Bfloat16Bits, Bfloat16Bits> add_and_cut_narrow;
  PassAndSum<float, float> pass_and_sum;
  PassAndSum<Bfloat16Bits, float> pass_widen_and_sum;
  PassAndSum<Bfloat16Bits, Bfloat16Bits> pass_and_sum_narrow;
};

/// The build for this processor.
const MapPasses& map_passes();

namespace baseline {
MapPasses build();
}
namespace x86_64_v3 {
MapPasses build();
}
namespace x86_64_v4 {
MapPasses build();
}

}  // namespace clvae::networks
