#pragma once
/// \file
/// Binary files of CIFAR (https://www.cs.toronto.edu/~kriz/cifar.html): records of one or two label
/// bytes and 3 x 1,024 bytes (red, green, blue; 32 x 32).

#include <cstddef>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/formats/records.hpp"

namespace clvae::data {

/// The labels of a record, and which of them counts.
struct CifarLabels {
  std::size_t bytes = 1;  ///< of each record
  std::size_t place = 0;  ///< of the label that is read
  std::size_t classes = 10;
};

inline constexpr ImageShape kCifarShape{3, 32, 32};

/// Appends the records of one file. \throws DataError as `load_idx`, and for a label that is no
/// class
void append_cifar(LabelledImages& images, const std::string& plain_path, const CifarLabels& labels);

/// Opens the records of a file, without their labels.
std::unique_ptr<UnlabelledSamples> open_cifar(const std::string& path, const CifarLabels& labels);

/// One name a line; the numbers where the file is not there. \throws DataError for another number
/// of names than classes
std::vector<std::string> cifar_names(const std::string& path, std::size_t classes);

/// The folder, or the one that the archive unpacks to below it, whichever has the file.
std::string cifar_folder(const std::string& path, const std::string& below,
                         const std::string& file);

}  // namespace clvae::data
