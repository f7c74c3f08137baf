#pragma once
/// \file
/// Labels and the classes that they stand for.

#include <cstdint>
#include <string>
#include <vector>

namespace clvae::data {

/// Whether all words are whole numbers, written in the usual way.
bool are_whole_numbers(const std::vector<std::string>& words);

/// The distinct labels in the order in which classes are numbered.
std::vector<std::string> sorted_classes(const std::vector<std::string>& labels);

/// The class of each label. \param where named in errors \throws DataError for one without a class
std::vector<std::int32_t> numbered(const std::vector<std::string>& labels,
                                   const std::vector<std::string>& class_names,
                                   const std::string& where);

}  // namespace clvae::data
