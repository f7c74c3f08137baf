#pragma once
/// \file
/// Images of one shape as images of another, for those who ask for it.

#include <memory>

#include "data/unlabelled.hpp"

namespace clvae::data {

/// Whether `reshaped` can make the one of the other: both are images of one channel or three.
bool can_be_reshaped(const ImageShape& from, const ImageShape& to);

/// The same samples at another size, as files of images are brought to it (`resized`), and with
/// other channels: grey becomes three alike, a colour its grey. The pixels are those that a run on
/// image files of that shape would see. \pre can_be_reshaped
std::unique_ptr<UnlabelledSamples> reshaped(std::unique_ptr<UnlabelledSamples> samples,
                                            const ImageShape& shape);

}  // namespace clvae::data
