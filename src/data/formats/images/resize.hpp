#pragma once
/// \file
/// Bringing images to one size.

#include "data/formats/images/image_file.hpp"

namespace clvae::data {

/// The image at another size, by linear interpolation; where it gets smaller, every pixel is a
/// weighted mean over all that it covers, so that nothing is passed over (the "bilinear" filter of
/// Pillow). Proportions are not kept. The same bits everywhere, as the dataset's fingerprint needs.
Picture resized(const Picture& picture, int height, int width);

/// The same of numbers, not rounded. \param planes [planes, height, width] \return [planes, new
/// height, new width]
std::vector<double> resized_planes(const std::vector<double>& planes, int height, int width,
                                   int new_height, int new_width);

}  // namespace clvae::data
