#pragma once
/// \file
/// The keys of the section dataset.

#include <string>
#include <vector>

#include "config/keys.hpp"

namespace clvae::config {

/// Where the data are, and how they are read.
std::vector<Key> source_keys();
/// What is taken of them.
std::vector<Key> dataset_keys();
/// How they are held in memory.
std::vector<Key> memory_keys();

/// The formats that dataset.memory blocks can be chosen for: "hdf5".
std::string formats_in_blocks();

}  // namespace clvae::config
