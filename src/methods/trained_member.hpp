#pragma once
/// \file
/// A member after its training: what it says of samples that it has not seen.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "networks/architecture.hpp"
#include "reduce/member_values.hpp"

namespace clvae::methods {

/// What a member says of samples, one row each: [n, d], [n, K] or [n].
using Statements = std::map<reduce::Quantity, std::vector<float>>;

/// What its method takes of a trained member.
struct TrainedMember {
  networks::ArchitecturePtr architecture;
  int classes = 0;     ///< K, of inliers
  std::string device;  ///< "cpu" or "cuda:N"
  /// What it left in the run file under that name. \throws RunFileError
  std::function<std::vector<float>(const char* dataset)> left;
};

}  // namespace clvae::methods
