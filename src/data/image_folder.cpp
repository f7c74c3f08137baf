#include <algorithm>
#include <filesystem>

#include "clvae/core/errors.hpp"
#include "data/assembly.hpp"
#include "data/image_tree.hpp"

namespace clvae::data {

namespace {

namespace files = std::filesystem;

std::vector<files::path> folders_in(const files::path& folder) {
  std::vector<files::path> folders = entries_of(folder);
  folders.erase(std::remove_if(folders.begin(), folders.end(),
                               [](const files::path& path) { return !files::is_directory(path); }),
                folders.end());
  return folders;
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
                        "only images in a class's folder: " + image_endings());
      }
      append_image(file.string(), shape, split.bytes);
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
