/// \file
/// Folders of image files, and single ones.
#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/assembly.hpp"
#include "data/formats/images/image_tree.hpp"
#include "data/formats/signs.hpp"
#include "data/formats/table.hpp"
#include "data/unlabelled.hpp"

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

/// A link back to a folder above would have no end.
constexpr int kDeepest = 32;

/// The image files of a folder and of those below it.
class ImageTree {
 public:
  /// \param root what names are relative to
  explicit ImageTree(files::path root) : root_(std::move(root)) {}

  void add(const files::path& folder, int depth = 0) {
    if (depth > kDeepest) {
      throw DataError(folder.string(), fmt::format("folders more than {} deep", kDeepest),
                      "none that holds itself");
    }
    for (const files::path& entry : entries_of(folder)) {
      std::error_code ignored;
      if (files::is_directory(entry, ignored)) {
        add(entry, depth + 1);
      } else if (is_image_name(entry)) {
        add_file(entry);
      } else {
        if (passed_over_++ == 0) first_passed_over_ = name_of(entry);
      }
    }
  }

  void add_file(const files::path& file) {
    // Nothing that would keep a reader waiting.
    std::error_code ignored;
    if (!files::is_regular_file(file, ignored)) {
      throw DataError(file.string(), "no regular file", "an image");
    }
    names_.push_back(name_of(file));
  }

  std::string path_of(std::size_t image) const { return (root_ / names_[image]).string(); }
  const std::vector<std::string>& names() const { return names_; }
  std::string warning() const {
    if (passed_over_ == 0) return "";
    return fmt::format("{}: passed over {} file{} that {} no image by {} name, such as {}",
                       root_.string(), passed_over_, passed_over_ > 1 ? "s" : "",
                       passed_over_ > 1 ? "are" : "is", passed_over_ > 1 ? "their" : "its",
                       first_passed_over_);
  }

 private:
  std::string name_of(const files::path& file) const {
    return file.lexically_relative(root_).string();
  }

  files::path root_;
  std::vector<std::string> names_;
  std::size_t passed_over_ = 0;
  std::string first_passed_over_;
};

class ImageFiles : public UnlabelledSamples {
 public:
  ImageFiles(ImageTree tree, const ImageShape& shape) : tree_(std::move(tree)), shape_(shape) {}

  ImageShape shape() const override { return shape_; }
  std::size_t size() const override { return tree_.names().size(); }
  gsl::span<const std::string> names() const override { return tree_.names(); }
  std::string warning() const override { return tree_.warning(); }

  SampleBlock next(std::size_t most) override {
    SampleBlock block;
    const std::size_t end = place_ + std::min(most, size() - place_);
    block.pixels.reserve((end - place_) * shape_.pixels());
    for (; place_ < end; ++place_) append_image(tree_.path_of(place_), shape_, block.pixels);
    return block;
  }
  void skip(std::size_t count) override { place_ += std::min(count, size() - place_); }

 private:
  ImageTree tree_;
  ImageShape shape_;
  std::size_t place_ = 0;
};

}  // namespace

Sign sign_of_images(const Candidate& data) {
  if (data.is_folder) return Sign::nothing_else_fits;
  const std::string& start = data.start;
  const bool is_netpbm = (begins_with(start, "P5") || begins_with(start, "P6")) &&
                         start.size() > 2 &&
                         (start[2] == '\n' || start[2] == ' ' || start[2] == '\t');
  if (begins_with(start, "\x89PNG") || begins_with(start, "\xff\xd8\xff") || is_netpbm) {
    return Sign::content;
  }
  return is_image_name(data.path) ? Sign::name : Sign::none;
}

/// Reads `train/CLASS/*` and `test/CLASS/*`, or `CLASS/*` without a test split, from a folder: PNG,
/// JPEG, PGM or PPM images of any size, each brought to the source's shape (1 or 3 channels). An
/// alpha channel is dropped. Files count in the order of their names' bytes; names that begin with
/// a dot are passed over.
/// \throws DataError for an image that can't be read, is cut off, damaged or of more than 2^27
///   pixels, a file of another kind or a folder in a class's folder, and a class without images
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

/// Opens one image, or all that are below a folder, in the order of their names' bytes; those below
/// `test` where the folder has both `train` and `test`. Each is brought to the form's shape. Names
/// that begin with a dot are passed over, other files too, with a warning. Gives the names of all.
std::unique_ptr<UnlabelledSamples> open_images(const std::string& path, const SampleForm& form) {
  const ImageShape& shape = form.shape;
  const files::path place(path);
  const bool is_folder = files::is_directory(place);
  if (shape.is_vector || (shape.channels != 1 && shape.channels != 3)) {
    throw DataError(path, is_folder ? "a folder" : "an image",
                    shape.channels == 0 ? "IDX or CIFAR-10: this run file doesn't tell the size"
                                        : "a file of " + describe(shape));
  }
  ImageTree tree(is_folder ? place : place.parent_path());
  if (!is_folder) {
    tree.add_file(place);
  } else if (files::is_directory(place / "train") && files::is_directory(place / "test")) {
    tree.add(place / "test");
  } else {
    tree.add(place);
  }
  if (tree.names().empty()) {
    throw DataError(path, "no images in it",
                    "files that end in " + image_endings() +
                        "; or t10k-images-idx3-ubyte (IDX) or test_batch.bin (CIFAR-10), plain or "
                        "with .gz");
  }
  return std::make_unique<ImageFiles>(std::move(tree), shape);
}

}  // namespace clvae::data
