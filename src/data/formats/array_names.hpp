#pragma once
/// \file
/// The names that arrays of samples and of their labels usually have in a file.

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace clvae::data {

/// Whether a file has an array of that name. A "/" parts a group from what is in it.
using HasArray = std::function<bool(const std::string& name)>;

/// The names of samples and their labels.
struct ArrayPair {
  std::string samples;
  std::string labels;
};

/// A file's arrays to train on.
struct ArrayNames {
  ArrayPair train;
  std::optional<ArrayPair> test;
};

/// What a file calls its arrays; configs/README.md lists the names. Where several fit, the first of
/// them. Nothing where none fits. A name may be of an array that is missing beside others that are
/// there, which opening it tells.
std::optional<ArrayNames> arrays_to_train_on(const HasArray& has);

/// What a file calls the array of samples to be scored: that without a split, else of the test
/// split, else of the training split; else its only array.
/// \param all arrays of the file
std::optional<std::string> array_to_score(const HasArray& has, const std::vector<std::string>& all);

/// "the arrays a, b", of which there may be many, or "no arrays".
std::string arrays_in_words(const std::vector<std::string>& names);

}  // namespace clvae::data
