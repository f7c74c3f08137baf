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

/// What is read of a labelled dataset, with what is to be said of it.
class LabelledReading {
 public:
  explicit LabelledReading(const Source& source) : source_(source) {}

  /// Appends the images of a folder with a folder for each class.
  void append(const files::path& folder, RawSplit& split) {
    const std::vector<files::path> classes = folders_in(folder);
    if (classes.empty()) {
      throw DataError(folder.string(), "no folders in it", "a folder of images for each class");
    }
    if (split.where.empty()) split.where = folder.string();
    for (const files::path& label : classes) append_class(label, split);
    const ImageShape& shape = source_.image;
    split.shape = {split.labels.size(), static_cast<std::size_t>(shape.channels),
                   static_cast<std::size_t>(shape.height), static_cast<std::size_t>(shape.width)};
  }

  std::vector<std::string> warnings() const {
    std::vector<std::string> texts;
    for (const std::string& text : {passed_over_in_words(source_.path, passed_over_),
                                    flawed_in_words(source_.path, flawed_)}) {
      if (!text.empty()) texts.push_back(text);
    }
    return texts;
  }

 private:
  void append_class(const files::path& folder, RawSplit& split) {
    ImageTree tree{files::path(source_.path)};
    tree.add(folder);
    if (tree.names().empty()) {
      throw DataError(folder.string(),
                      tree.passed_over().count == 0
                          ? "no images in it"
                          : fmt::format("no images in it, but {} other files, such as {}",
                                        tree.passed_over().count, tree.passed_over().first),
                      "the images of a class, files that end in " + image_endings());
    }
    for (std::size_t i = 0; i < tree.names().size(); ++i) {
      if (append_image(tree.path_of(i), source_.image, source_.reading, split.bytes)) {
        flawed_.add(tree.names()[i]);
      }
      split.labels.push_back(folder.filename().string());
    }
    passed_over_.add_all(tree.passed_over());
  }

  const Source& source_;
  Noticed passed_over_;
  Noticed flawed_;
};

class ImageFiles : public UnlabelledSamples {
 public:
  ImageFiles(ImageTree tree, std::string path, const SampleForm& form)
      : tree_(std::move(tree)),
        path_(std::move(path)),
        shape_(form.shape),
        reading_(form.reading),
        skips_unreadable_(form.skips_unreadable) {}

  ImageShape shape() const override { return shape_; }
  std::size_t size() const override { return tree_.names().size(); }
  gsl::span<const std::string> names() const override { return tree_.names(); }
  std::string warning() const override { return passed_over_in_words(path_, tree_.passed_over()); }
  ReadingNotes notes() const override { return notes_; }

  SampleBlock next(std::size_t most) override {
    SampleBlock block;
    const std::size_t begin = place_;
    const std::size_t end = place_ + std::min(most, size() - place_);
    block.pixels.reserve((end - place_) * shape_.pixels());
    for (; place_ < end; ++place_) {
      if (append(block.pixels)) continue;
      block.unreadable.push_back(place_ - begin);
      block.pixels.resize(block.pixels.size() + shape_.pixels());
    }
    return block;
  }
  void skip(std::size_t count) override { place_ += std::min(count, size() - place_); }

 private:
  /// \return whether the next image could be read
  bool append(std::vector<std::uint8_t>& pixels) {
    try {
      if (append_image(tree_.path_of(place_), shape_, reading_, pixels) && notes_.flawed++ == 0) {
        notes_.first_flawed = tree_.names()[place_];
      }
      return true;
    } catch (const DataError& error) {
      if (!skips_unreadable_) throw;
      notes_.unreadable.push_back({place_, tree_.names()[place_], error.found()});
      return false;
    }
  }

  ImageTree tree_;
  std::string path_;
  ImageShape shape_;
  ImageReading reading_;
  bool skips_unreadable_;
  ReadingNotes notes_;
  std::size_t place_ = 0;
};

}  // namespace

Sign sign_of_images(const Candidate& data) {
  if (data.is_folder) return Sign::nothing_else_fits;
  const std::string& start = data.start;
  const bool is_netpbm = (begins_with(start, "P5") || begins_with(start, "P6")) &&
                         start.size() > 2 &&
                         (start[2] == '\n' || start[2] == ' ' || start[2] == '\t');
  const bool is_tiff = begins_with(start, {"II*\0", 4}) || begins_with(start, {"MM\0*", 4});
  if (begins_with(start, "\x89PNG") || begins_with(start, "\xff\xd8\xff") || is_netpbm || is_tiff) {
    return Sign::content;
  }
  return is_image_name(data.path) ? Sign::name : Sign::none;
}

/// Reads `train/CLASS/*`, `val/CLASS/*` and `test/CLASS/*`, or `CLASS/*` without splits, from a
/// folder
/// (`split_folders_of` has the names): images of any size at any depth below their class's folder,
/// each brought to the source's shape (1 or 3 channels). Files count in the order of their names'
/// bytes, folder by folder; names that begin with a dot are passed over, and with a warning files
/// that are no images by their names.
/// \throws DataError for an image that can't be read, is cut off, damaged or of more than 2^27
///   pixels, a broken link, and a class without images
Dataset load_images(const Source& source) {
  const files::path folder(source.path);
  std::error_code ignored;
  if (!files::is_directory(folder, ignored)) {
    throw DataError(source.path, files::exists(folder, ignored) ? "a file" : "no such folder",
                    "a folder with a folder of images for each class");
  }
  RawData raw;
  LabelledReading reading(source);
  const SplitFolders splits = split_folders_of(folder);
  reading.append(splits.train.empty() ? folder : splits.train, raw.train);
  if (!splits.validation.empty()) {
    const std::size_t before = raw.train.labels.size();
    reading.append(splits.validation, raw.train);
    raw.validation = raw.train.labels.size() - before;
  }
  if (!splits.test.empty()) reading.append(splits.test, raw.test.emplace());
  raw.warnings = reading.warnings();
  Source ordered = source;
  ordered.axes = Axes::channels_first;
  return assemble(std::move(raw), ordered);
}

/// Opens one image, or all that are below a folder, in the order of their names' bytes; those of
/// the test split where the folder has splits. Each is brought to the form's shape. Names that
/// begin with a dot are passed over, other files too, with a warning. Gives the names of all.
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
  } else {
    const files::path test = test_folder_of(place);
    tree.add(test.empty() ? place : test);
  }
  if (tree.names().empty()) {
    throw DataError(path, "no images in it",
                    "files that end in " + image_endings() +
                        "; or t10k-images-idx3-ubyte (IDX) or test_batch.bin (CIFAR-10), plain or "
                        "with .gz");
  }
  return std::make_unique<ImageFiles>(std::move(tree), path, form);
}

}  // namespace clvae::data
