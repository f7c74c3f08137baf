#include "run/dataset.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/digest.hpp"

namespace clvae::run {

namespace {

namespace files = std::filesystem;

bool is_broken_link(const files::path& path) {
  return files::is_symlink(path) && !files::exists(path);
}

/// The files that a dataset consists of, in order; of a folder all that are below it.
std::vector<files::path> files_of(const files::path& path) {
  if (files::is_regular_file(path)) return {path};
  std::vector<files::path> found;
  for (const auto& entry : files::recursive_directory_iterator(path)) {
    // A broken link is for the reader of the data to judge.
    if (entry.is_regular_file() || is_broken_link(entry.path())) {
      found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// Tells one state of a dataset from another.
std::string state_of(const files::path& path, const std::vector<files::path>& members) {
  Digest digest;
  digest.add(path.string());
  for (const files::path& file : members) {
    if (is_broken_link(file)) {
      digest.add(fmt::format("{} broken", file.lexically_relative(path).string()));
      continue;
    }
    const auto changed = files::last_write_time(file).time_since_epoch().count();
    digest.add(fmt::format("{} {} {}", file.lexically_relative(path).string(),
                           files::file_size(file), changed));
  }
  return digest.hex128();
}

}  // namespace

data::Axes axes_of(const std::string& word) {
  if (word == "channels_first") return data::Axes::channels_first;
  return word == "channels_last" ? data::Axes::channels_last : data::Axes::automatic;
}

data::Separator separator_of(const std::string& word) {
  if (word == "comma") return data::Separator::comma;
  if (word == "semicolon") return data::Separator::semicolon;
  return word == "tab" ? data::Separator::tab : data::Separator::automatic;
}

data::ImageReading image_reading_of(const config::Image& wanted) {
  constexpr std::uint8_t kWhite = 255;
  data::ImageReading reading;
  if (wanted.background == "white") reading.background = kWhite;
  reading.is_legacy = wanted.reading == config::kLegacyImageReading;
  return reading;
}

data::Dataset read_dataset(const config::Dataset& wanted, FeaturePrecision precision) {
  return read_dataset(wanted, precision, wanted.path);
}

data::Dataset read_dataset(const config::Dataset& wanted, FeaturePrecision precision,
                           const std::string& path, const std::string& known_fingerprint) {
  data::Source source;
  source.format = wanted.format;
  source.path = path;
  source.image = {wanted.image.colour == "grey" ? 1 : 3, wanted.image.height, wanted.image.width};
  source.reading = image_reading_of(wanted.image);
  source.axes = axes_of(wanted.axes);
  source.scale = wanted.scale;
  source.fine_or_coarse = wanted.cifar100.labels;
  source.test_fraction = wanted.test_fraction;
  source.label_column = wanted.csv.label;
  source.categorical = wanted.csv.categorical;
  source.separator = separator_of(wanted.csv.separator);
  source.precision = precision;
  source.known_fingerprint = known_fingerprint;
  return data::load(source);
}

std::string staged_path(const std::string& path, const std::string& stage) {
  try {
    files::path original = files::absolute(path).lexically_normal();
    if (!original.has_filename()) original = original.parent_path();
    if (!files::exists(original)) throw DataError(path, "no such file or folder", "the data");
    const std::vector<files::path> members = files_of(original);
    const files::path home = files::path(stage) / state_of(original, members);
    const files::path copy = home / original.filename();
    if (files::exists(copy)) return copy.string();
    const files::path temporary = home / fmt::format("new-{}", getpid());
    for (const files::path& file : members) {
      const files::path relative = file.lexically_relative(original);
      const files::path to = relative == "." ? temporary : temporary / relative;
      files::create_directories(to.parent_path());
      if (is_broken_link(file)) {
        files::copy_symlink(file, to);
      } else {
        files::copy_file(file, to, files::copy_options::overwrite_existing);
      }
    }
    std::error_code taken;
    files::rename(temporary, copy, taken);
    if (taken) files::remove_all(temporary);  // another job was faster
    if (!files::exists(copy)) throw IoError(copy.string(), "make the copy", taken.value());
    return copy.string();
  } catch (const files::filesystem_error& error) {
    throw IoError(error.path2().empty() ? error.path1().string() : error.path2().string(),
                  "copy the dataset to dataset.stage", error.code().value());
  }
}

}  // namespace clvae::run
