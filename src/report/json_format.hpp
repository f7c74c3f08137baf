#pragma once
/// \file
/// What identifies `auc.json`.

#include <cstddef>

namespace clvae::report {

constexpr const char* kJsonFormat = "clvae auc";
constexpr std::size_t kJsonVersion = 2;

}  // namespace clvae::report
