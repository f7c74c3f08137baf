#pragma once
/// \file
/// Folders of image files.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace clvae::data {

/// What is in a folder, in the order of the names' bytes, without hidden files. \throws DataError
std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder);

/// Whether a name ends as those of images do, whatever their case.
bool is_image_name(const std::filesystem::path& path);
/// The endings: ".png, .jpg, ...".
std::string image_endings();

/// Appends an image, brought to the shape, [channels, height, width]. \throws DataError
void append_image(const std::string& path, const ImageShape& shape,
                  std::vector<std::uint8_t>& pixels);

}  // namespace clvae::data
