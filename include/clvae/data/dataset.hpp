#pragma once
/// \file
/// Labelled images as they lie in their files, and their readers.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace clvae::data {

/// Size of one image.
struct ImageShape {
  int channels = 0;
  int height = 0;
  int width = 0;
  std::size_t pixels() const {
    return static_cast<std::size_t>(channels) * static_cast<std::size_t>(height) *
           static_cast<std::size_t>(width);
  }
  friend bool operator==(const ImageShape& a, const ImageShape& b) {
    return a.channels == b.channels && a.height == b.height && a.width == b.width;
  }
  friend bool operator!=(const ImageShape& a, const ImageShape& b) { return !(a == b); }
};

/// Images with one class label each.
struct LabelledImages {
  ImageShape shape;
  std::vector<std::uint8_t> pixels;  ///< [size, channels, height, width], 0..255
  std::vector<std::int32_t> labels;  ///< [size], class from 0
  std::size_t size() const { return labels.size(); }
};

/// A dataset with its published split.
struct Dataset {
  std::string name;  ///< last component of its folder
  LabelledImages train;
  LabelledImages test;
  std::vector<std::string> class_names;  ///< "0", "1", ... where the format has no names
  std::string fingerprint;               ///< XXH3-128 of shape, pixels and labels of both splits
};

/// Reads `{train,t10k}-{images-idx3,labels-idx1}-ubyte` from a folder, each plain or with `.gz`
/// (http://yann.lecun.com/exdb/mnist). Any rank.
/// \throws DataError for a file that is missing, a directory, truncated, damaged, of another magic
///   number or type, with a size in its header that its length does not bear out, with fewer labels
///   than images or the other way round, or with trailing bytes.
Dataset load_idx(const std::string& folder);

/// Reads `data_batch_1..5.bin` and `test_batch.bin` from a folder: records of one label byte and
/// 3 x 1,024 bytes (red, green, blue; 32 x 32), https://www.cs.toronto.edu/~kriz/cifar.html;
/// class names from `batches.meta.txt` where it is there. Any rank.
/// \throws DataError as above, and for a label over 9.
Dataset load_cifar10(const std::string& folder);

/// Reads a dataset of the format that `dataset.format` names. \throws DataError, UsageError
Dataset load(const std::string& format, const std::string& folder);

}  // namespace clvae::data
