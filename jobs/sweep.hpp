#pragma once
/// \file
/// Which classes a sweep holds back, one after the other.

#include <string>
#include <vector>

namespace clvae::jobs {

/// "each": every class on its own; else class numbers or names, "0,3,7".
/// \param class_names of the dataset \throws UsageError for anything else, or a class that is not
/// there
std::vector<int> outliers_of_sweep(const std::string& words,
                                   const std::vector<std::string>& class_names);

}  // namespace clvae::jobs
