#pragma once
/// \file
/// The keys of the section dataset.

#include <vector>

#include "config/keys.hpp"

namespace clvae::config {

/// Where the data are, and how they are read.
std::vector<Key> source_keys();
/// What is taken of them.
std::vector<Key> dataset_keys();
/// How they are held in memory.
std::vector<Key> memory_keys();

}  // namespace clvae::config
