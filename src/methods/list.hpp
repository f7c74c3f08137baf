#pragma once
/// \file
/// The list of all methods. A new one is added here, to the table in `core/kind.hpp`, and is a file
/// of its own beside this one.

#include <array>

namespace clvae::methods {

class Method;

const Method& clvae();
const Method& vae();
const Method& cnn();
const Method& pca();

/// One of each kind.
inline constexpr std::array kMethods{clvae, vae, cnn, pca};

}  // namespace clvae::methods
