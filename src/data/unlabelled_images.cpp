#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/image_tree.hpp"
#include "data/unlabelled_readers.hpp"

namespace clvae::data {

namespace {

namespace files = std::filesystem;

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

std::unique_ptr<UnlabelledSamples> open_images(const std::string& path, const ImageShape& shape) {
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
