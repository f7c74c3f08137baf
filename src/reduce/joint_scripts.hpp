#pragma once
/// \file
/// Joint scores as TorchScript.

#include <string_view>
#include <vector>

#include "reduce/score_table.hpp"

namespace clvae::reduce {

/// As `Score::joint_script` says. Makes `merged` of the members' latents.
extern const std::string_view kJointScript;
/// The same, of class scores; and `strangeness`, [n], of latents.
extern const std::string_view kNearestScript;

std::vector<NamedTensor> joint_tensors(const References& references);
std::vector<NamedTensor> nearest_tensors(const References& references);

}  // namespace clvae::reduce
