#pragma once
/// \file
/// Bringing images to one size.

#include "data/formats/images/image_file.hpp"

namespace clvae::data {

/// The image at another size, by linear interpolation; where it gets smaller, every pixel is a
/// weighted mean over all that it covers, so that nothing is passed over (the "bilinear" filter of
/// Pillow). Proportions are not kept. The same bits everywhere, as the dataset's fingerprint needs.
Picture resized(const Picture& picture, int height, int width);

}  // namespace clvae::data
