#pragma once
/// \file
/// What a run file says of itself beside the datasets' own meanings: for people who open it without
/// its written format.

#include <string>
#include <vector>

#include "core/kind.hpp"

namespace clvae::store {

/// Attributes that describe; no reader needs them, and files of earlier versions lack them.
inline constexpr const char* kAxisMeanings = "axis_meanings";  ///< of a dataset
inline constexpr const char* kGroupMeaning = "meaning";        ///< of a group
inline constexpr const char* kAttributeMeanings = "attribute_meanings";

/// What an index along an axis stands for. \param path of the dataset, e.g. "/train/labels"
std::string axis_meaning(const std::string& axis, const std::string& path);
/// The same of each axis.
std::vector<std::string> axis_meanings(const std::vector<std::string>& axes,
                                       const std::string& path);

/// A group and what is in it.
struct GroupMeaning {
  std::string path;
  std::string text;
};
/// Every group of a run file, the root first.
std::vector<GroupMeaning> group_meanings(const std::vector<Kind>& kinds, bool has_features);

/// "name: meaning" of the root's attributes; each may be missing where it does not apply.
std::vector<std::string> root_attribute_meanings();

}  // namespace clvae::store
