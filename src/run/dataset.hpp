#pragma once
/// \file
/// The dataset that a config names.

#include <string>

#include "config/config.hpp"
#include "data/dataset.hpp"

namespace clvae::run {

/// Reads the dataset that a config names. Any rank. \param precision of features \throws DataError
data::Dataset read_dataset(const config::Dataset& wanted, FeaturePrecision precision);
/// The same from another place, where a copy of it is. \param known_fingerprint of what another
/// process has read from there, empty: the fingerprint is taken
data::Dataset read_dataset(const config::Dataset& wanted, FeaturePrecision precision,
                           const std::string& path, const std::string& known_fingerprint = {});

/// What `dataset.image` says of the way from files to pixels.
data::ImageReading image_reading_of(const config::Image& wanted);
/// What `dataset.axes` says.
data::Axes axes_of(const std::string& word);
/// What `dataset.csv.separator` says.
data::Separator separator_of(const std::string& word);

/// Copies a dataset, a file or a folder with all that is below it, below `stage`, unless it is
/// there: under a temporary name, then renamed, so that a copy is whole or absent. It is found
/// again by its path and the files' names, sizes and times. One process a host. \return the copy's
/// path, of the same last name \throws IoError
std::string staged_path(const std::string& path, const std::string& stage);

}  // namespace clvae::run
