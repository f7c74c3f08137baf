#include "data/formats/idx_files.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"
#include "data/formats/signs.hpp"

namespace clvae::data {

namespace {

namespace files = std::filesystem;

constexpr const char* kTrainSplit = "train";
constexpr std::array kTestSplits{"t10k", "test"};
constexpr std::array kSeparators{'-', '.'};

std::string without_ending(const std::string& name, std::string_view ending) {
  return has_ending(name, {ending}) ? name.substr(0, name.size() - ending.size()) : name;
}

/// What a file of images is called: prefix, split and which separator.
struct ImagesName {
  std::string prefix;
  std::string split;
};

std::optional<ImagesName> parsed_name(const std::string& file_name) {
  const std::string name = without_ending(file_name, ".gz");
  for (const char separator : kSeparators) {
    const std::string stem = without_ending(name, fmt::format("-images{}idx3-ubyte", separator));
    if (stem == name) continue;
    for (const char* split : {kTrainSplit, kTestSplits[0], kTestSplits[1]}) {
      const std::string prefix = without_ending(stem, split);
      if (prefix.size() == stem.size()) continue;
      if (prefix.empty() || prefix.back() == '-' || prefix.back() == '_') return {{prefix, split}};
    }
  }
  return std::nullopt;
}

/// The file of that name, plain or with .gz, also in a folder of its own name, as some archives
/// have it; else the name itself, for an error.
std::string file_named(const std::string& folder, const std::string& stem) {
  std::error_code ignored;
  for (const char separator : kSeparators) {
    for (const char* ending : {"", ".gz"}) {
      std::string name = stem;
      std::replace(name.begin(), name.end(), '?', separator);
      const files::path path = files::path(folder) / (name + ending);
      if (files::is_regular_file(path, ignored)) return path.string();
      if (files::is_regular_file(path / name, ignored)) return (path / name).string();
    }
  }
  std::string name = stem;
  std::replace(name.begin(), name.end(), '?', kSeparators.front());
  return folder + "/" + name;
}

IdxFiles files_in(const std::string& folder, const std::string& prefix, const std::string& test) {
  const auto named = [&](const std::string& split, const char* kind) {
    return file_named(folder, prefix + split + kind);
  };
  return {named(kTrainSplit, "-images?idx3-ubyte"), named(kTrainSplit, "-labels?idx1-ubyte"),
          named(test, "-images?idx3-ubyte"), named(test, "-labels?idx1-ubyte")};
}

/// A dataset that is there, at least in part.
struct Found {
  std::string folder;
  std::string prefix;
  std::string test = kTestSplits.front();  ///< what its test split is called
  bool has_test = false;
};

/// By prefix.
std::map<std::string, Found> found_in(const std::string& folder) {
  std::map<std::string, Found> found;
  std::error_code problem;
  for (auto entry = files::directory_iterator(folder, problem);
       !problem && entry != files::directory_iterator(); entry.increment(problem)) {
    const auto name = parsed_name(entry->path().filename().string());
    if (!name) continue;
    Found& dataset = found[name->prefix];
    dataset.folder = folder;
    dataset.prefix = name->prefix;
    if (name->split == kTrainSplit) continue;
    dataset.has_test = true;
    dataset.test = name->split;
  }
  return found;
}

/// The datasets of the first of the places where some are.
std::vector<Found> found_below(const std::string& path) {
  std::vector<Found> all;
  const auto add = [&](const std::string& folder) {
    for (auto& [prefix, dataset] : found_in(folder)) all.push_back(std::move(dataset));
  };
  add(path);
  for (const char* below : {"raw", "gzip"}) {
    if (all.empty()) add(path + "/" + below);
  }
  if (!all.empty()) return all;
  for (const char* name : {"MNIST", "FashionMNIST", "KMNIST", "EMNIST", "QMNIST"}) {
    add(fmt::format("{}/{}/raw", path, name));
  }
  return all;
}

}  // namespace

IdxFiles idx_files_at(const std::string& path) {
  std::error_code ignored;
  if (files::is_regular_file(path, ignored)) {
    const files::path file(path);
    const auto name = parsed_name(file.filename().string());
    if (!name) {
      throw DataError(path, "a file of another name",
                      "a folder, or the training images, ...train-images-idx3-ubyte");
    }
    const std::string folder = file.has_parent_path() ? file.parent_path().string() : ".";
    const std::map<std::string, Found> found = found_in(folder);
    const auto dataset = found.find(name->prefix);
    return files_in(folder, name->prefix,
                    dataset == found.end() ? kTestSplits.front() : dataset->second.test);
  }
  const std::vector<Found> found = found_below(path);
  if (found.empty()) return files_in(path, "", kTestSplits.front());
  const bool is_plain = found.front().prefix.empty() && found.front().folder == path;
  if (found.size() > 1 && !is_plain) {
    std::vector<std::string> names;
    for (const Found& dataset : found) {
      names.push_back(files_in(dataset.folder, dataset.prefix, dataset.test).train_images);
    }
    throw DataError(path, fmt::format("{} datasets: {}", found.size(), joined(names)),
                    "one; dataset.path may name the training images of one of them");
  }
  return files_in(found.front().folder, found.front().prefix, found.front().test);
}

bool has_idx_test_images(const std::string& folder) {
  const std::vector<Found> found = found_below(folder);
  return std::any_of(found.begin(), found.end(), [](const Found& set) { return set.has_test; });
}

}  // namespace clvae::data
