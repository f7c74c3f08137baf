#pragma once
/// \file
/// The readers of samples without labels, one for each kind of data.

#include <memory>
#include <string>

#include "data/unlabelled.hpp"

namespace clvae::data {

/// All throw DataError as `open_unlabelled`.
std::unique_ptr<UnlabelledSamples> open_idx(const std::string& path);
std::unique_ptr<UnlabelledSamples> open_cifar10(const std::string& path);
std::unique_ptr<UnlabelledSamples> open_images(const std::string& path, const ImageShape& shape);
std::unique_ptr<UnlabelledSamples> open_npz(const std::string& path, const SampleForm& form);
std::unique_ptr<UnlabelledSamples> open_table(const std::string& path, const SampleForm& form);

}  // namespace clvae::data
