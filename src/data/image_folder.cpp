#include <algorithm>
#include <cctype>
#include <filesystem>

#include <fmt/format.h>

#include "bytes.hpp"
#include "clvae/core/errors.hpp"
#include "clvae/core/nearest.hpp"
#include "clvae/data/assembly.hpp"
#include "image_file.hpp"
#include "resize.hpp"

namespace clvae::data {

namespace {

namespace files = std::filesystem;

const std::vector<std::string> kEndings{".png", ".jpg", ".jpeg", ".pgm", ".ppm", ".pnm"};

/// What is in a folder, in the order of the names' bytes, without hidden files.
std::vector<files::path> entries_of(const files::path& folder) {
  std::error_code failure;
  std::vector<files::path> found;
  for (const auto& entry : files::directory_iterator(folder, failure)) {
    if (entry.path().filename().string().front() != '.') found.push_back(entry.path());
  }
  if (failure) throw DataError(folder.string(), failure.message(), "a readable folder");
  std::sort(found.begin(), found.end(),
            [](const files::path& a, const files::path& b) { return a.native() < b.native(); });
  return found;
}

std::vector<files::path> folders_in(const files::path& folder) {
  std::vector<files::path> folders = entries_of(folder);
  folders.erase(std::remove_if(folders.begin(), folders.end(),
                               [](const files::path& path) { return !files::is_directory(path); }),
                folders.end());
  return folders;
}

bool is_image_name(const files::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

/// Appends an image as it is to be, [channels, height, width].
void append(RawSplit& split, const std::string& path, const ImageShape& shape) {
  const Picture decoded = decode_picture(read_bytes(path), path);
  const Picture picture =
      resized(with_channels(decoded, shape.channels), shape.height, shape.width);
  const auto channels = static_cast<std::size_t>(shape.channels);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    for (std::size_t i = channel; i < picture.values.size(); i += channels) {
      split.bytes.push_back(picture.values[i]);
    }
  }
}

RawSplit read_split(const files::path& folder, const ImageShape& shape) {
  RawSplit split;
  split.where = folder.string();
  const std::vector<files::path> classes = folders_in(folder);
  if (classes.empty()) {
    throw DataError(folder.string(), "no folders in it", "a folder of images for each class");
  }
  for (const files::path& label : classes) {
    std::size_t count = 0;
    for (const files::path& file : entries_of(label)) {
      if (!is_image_name(file) || !files::is_regular_file(file)) {
        throw DataError(file.string(), "no image, by its name",
                        "only images in a class's folder: " + joined(kEndings));
      }
      append(split, file.string(), shape);
      split.labels.push_back(label.filename().string());
      ++count;
    }
    if (count == 0) throw DataError(label.string(), "no images in it", "the images of a class");
  }
  split.shape = {split.labels.size(), static_cast<std::size_t>(shape.channels),
                 static_cast<std::size_t>(shape.height), static_cast<std::size_t>(shape.width)};
  return split;
}

}  // namespace

Dataset load_images(const Source& source) {
  const files::path folder(source.path);
  if (!files::is_directory(folder)) {
    throw DataError(source.path, files::exists(folder) ? "a file" : "no such folder",
                    "a folder with a folder of images for each class");
  }
  RawData raw;
  if (files::is_directory(folder / "train")) {
    for (const files::path& other : folders_in(folder)) {
      if (other.filename() == "train" || other.filename() == "test") continue;
      throw DataError(other.string(), "a folder beside train", "train and test alone");
    }
    raw.train = read_split(folder / "train", source.image);
    if (files::exists(folder / "test")) raw.test = read_split(folder / "test", source.image);
  } else {
    raw.train = read_split(folder, source.image);
  }
  Source ordered = source;
  ordered.axes = Axes::channels_first;
  return assemble(std::move(raw), ordered);
}

}  // namespace clvae::data
