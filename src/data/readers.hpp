#pragma once
/// \file
/// What the readers of all formats do alike.

#include <string>
#include <vector>

#include "data/dataset.hpp"

namespace clvae::data {

/// Name, class names and fingerprint of a dataset whose images have been read.
/// \param class_names empty: "0", "1", ...
/// \param known_fingerprint empty: it is taken from the samples
/// \throws DataError for a test label that the training split has no class for, or where the
/// splits'
///   images differ in size
void complete(Dataset& dataset, const std::string& folder, std::vector<std::string> class_names,
              const std::string& known_fingerprint = {});

}  // namespace clvae::data
