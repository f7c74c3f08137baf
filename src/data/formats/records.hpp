#pragma once
/// \file
/// Files of images of bytes, one behind the other.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "data/unlabelled.hpp"

namespace clvae::data {

/// How images lie in a file, plain or gzip.
struct RecordLayout {
  ImageShape shape;
  std::size_t images = 0;
  std::size_t header = 0;  ///< bytes before the first record
  std::size_t label = 0;   ///< bytes of each record before its pixels
  std::size_t record() const { return label + shape.pixels(); }
};

/// Appends the pixels of whole records.
void append_pixels(const std::vector<std::uint8_t>& records, const RecordLayout& layout,
                   std::vector<std::uint8_t>& pixels);

/// The images in their order. \throws DataError, here or on reading, where the file's length is
/// another than the layout says
std::unique_ptr<UnlabelledSamples> open_records(const std::string& path,
                                                const RecordLayout& layout);

}  // namespace clvae::data
