#pragma once
/// \file
/// What must hold of the values in a run file; demanded both before they are written and when they
/// are read, so that whoever uses them as indices may trust them.

#include <cstdint>
#include <string>
#include <vector>

#include "store/schema.hpp"

namespace clvae::store {

/// \throws RunFileError naming `path` where lengths differ, a label is none of the `classes`, or a
///   flag is neither 0 nor 1
void require_valid(const std::string& path, const SampleTable& table, std::size_t classes);

/// \param permutations [N, K] \throws RunFileError where a row does not hold each of 0..K-1 once
void require_permutations(const std::string& path, const std::string& item,
                          const std::vector<std::int32_t>& permutations, std::size_t classes);

/// \param classes of the dataset \throws RunFileError where a list is not ascending, names a class
/// that
///   does not exist, or no class is an inlier
void require_classes(const std::string& path, const std::vector<std::int32_t>& inliers,
                     const std::vector<std::int32_t>& outliers, std::size_t classes);

/// All of the above, and that lengths and names agree. \throws RunFileError
void require_valid(const std::string& path, const Contents& contents);

}  // namespace clvae::store
