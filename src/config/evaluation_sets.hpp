#pragma once
/// \file
/// The list of sets that a run is evaluated on.

#include <string>

#include "config/keys.hpp"

namespace clvae::config {

/// The key `evaluation`.
Key evaluation_key();

/// Why a set can't be called that: a folder with its results has that name. Empty where it can.
std::string flaw_of_set_name(const std::string& name);

}  // namespace clvae::config
