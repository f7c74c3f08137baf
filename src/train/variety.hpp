#pragma once
/// \file
/// How different the samples of a class are from each other, as far as it takes to train on them.

#include <cstddef>
#include <vector>

#include "train/training.hpp"

namespace clvae::train {

/// How many different samples each class has, counted up to `most`. Samples are read only until all
/// classes have so many. \param sample_size values of a sample \return [K]
std::vector<std::size_t> distinct_samples(const Samples& samples, std::size_t sample_size,
                                          std::size_t most);

/// The dimension of the smallest plane that holds all samples of a class, counted up to `most`; a
/// distance below a millionth of the largest one counts as rounding. \return [K]
std::vector<std::size_t> dimensions_spanned(const Samples& samples, std::size_t sample_size,
                                            std::size_t most);

}  // namespace clvae::train
