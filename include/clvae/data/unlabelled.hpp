#pragma once
/// \file
/// Images without labels, read block by block, so that a file of any size can be gone through.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "clvae/data/dataset.hpp"

namespace clvae::data {

/// Images in the order of their file. Each rank opens its own. All functions throw DataError where
/// the file can't be read on, or does not hold what it claims.
class UnlabelledImages {
 public:
  UnlabelledImages() = default;
  virtual ~UnlabelledImages() = default;
  UnlabelledImages(const UnlabelledImages&) = delete;
  UnlabelledImages& operator=(const UnlabelledImages&) = delete;

  virtual ImageShape shape() const = 0;
  /// How many there are in all; at least one.
  virtual std::size_t size() const = 0;
  /// The next images, [n, channels, height, width], 0..255; fewer than `most` only at the end.
  virtual std::vector<std::uint8_t> next(std::size_t most) = 0;
  /// Passes over images; no further than the end.
  virtual void skip(std::size_t count) = 0;
};

/// Opens what `path` is: a file of IDX images ([n, height, width] or [n, channels, height, width],
/// unsigned bytes) or of CIFAR-10 records (named *.bin), each plain or with `.gz`; or a folder with
/// the test split of such a dataset, t10k-images-idx3-ubyte or test_batch.bin. Labels are not
/// looked at. \throws DataError where it is none of them, is empty, or its length can't be
std::unique_ptr<UnlabelledImages> open_unlabelled(const std::string& path);

/// What an IDX file of images begins with.
struct IdxHeader {
  ImageShape shape;
  std::size_t images = 0;
  std::size_t bytes = 0;  ///< of the header itself
};

/// Reads the header that `bytes` begin with; nothing where more bytes are needed. `images` may be
/// 0. \param name of the file, for errors \throws DataError for anything else
std::optional<IdxHeader> parse_idx_header(std::string_view bytes, const std::string& name);

}  // namespace clvae::data
