#pragma once
/// \file
/// The files that a dataset in IDX consists of, by the names that are in use.

#include <string>

namespace clvae::data {

/// The files of a dataset; each may be there with .gz alone.
struct IdxFiles {
  std::string train_images;
  std::string train_labels;
  std::string test_images;
  std::string test_labels;
};

/// Finds {train,t10k}-{images-idx3,labels-idx1}-ubyte, or such names with a dot for the second
/// dash, `test` for t10k, or a prefix such as emnist-letters-; in the folder itself, in raw or gzip
/// below it, or in MNIST/raw and its like. Where nothing is found, the names of MNIST.
/// \param path of the folder, or of the file of training images
/// \throws DataError where several datasets are there
IdxFiles idx_files_at(const std::string& path);

/// Whether a folder has test images of such a name.
bool has_idx_test_images(const std::string& folder);

}  // namespace clvae::data
