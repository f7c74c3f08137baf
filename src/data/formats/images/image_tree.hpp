#pragma once
/// \file
/// Folders of image files.

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "data/dataset.hpp"
#include "data/image_reading.hpp"

namespace clvae::data {

/// What is in a folder, in the order of the names' bytes, without hidden files and what macOS puts
/// into archives. \throws DataError
std::vector<std::filesystem::path> entries_of(const std::filesystem::path& folder);
/// The folders in it. \throws DataError, also for a link to what is not there
std::vector<std::filesystem::path> folders_in(const std::filesystem::path& folder);

/// Whether a name ends as those of images do, whatever their case.
bool is_image_name(const std::filesystem::path& path);
/// The endings: ".png, .jpg, ...".
std::string image_endings();

/// The splits that a folder of images has folders for, empty where it has none.
struct SplitFolders {
  std::filesystem::path train;
  std::filesystem::path validation;  ///< only beside a test split
  std::filesystem::path test;        ///< or what the data call validation, where there is no other
};

/// Finds folders called train or training, val, valid or validation, and test or testing, whatever
/// their case. Where none is called just so, "train", they may be classes: they are where other
/// folders stand beside them, or none is in the one of the training split.
/// \throws DataError for another folder beside splits, also a second one of the same split
SplitFolders split_folders_of(const std::filesystem::path& folder);
/// The test split of such a folder, whatever is beside it; empty where there is none.
std::filesystem::path test_folder_of(const std::filesystem::path& folder);

/// How often something was noticed, and where first.
struct Noticed {
  std::size_t count = 0;
  std::string first;
  void add(const std::string& name) {
    if (count++ == 0) first = name;
  }
  void add_all(const Noticed& others) {
    if (count == 0) first = others.first;
    count += others.count;
  }
};

/// "DATA: passed over 3 files that are no images by their names, such as FIRST"; empty for none.
std::string passed_over_in_words(const std::string& data, const Noticed& passed_over);
/// The same of images that do not end as they are to.
std::string flawed_in_words(const std::string& data, const Noticed& flawed);

/// The image files of a folder and of those below it, folder by folder.
class ImageTree {
 public:
  /// \param root what names are relative to
  explicit ImageTree(std::filesystem::path root) : root_(std::move(root)) {}

  /// \throws DataError for a link to what is not there, and folders more than 32 deep
  void add(const std::filesystem::path& folder, int depth = 0);
  void add_file(const std::filesystem::path& file);

  std::string path_of(std::size_t image) const { return (root_ / names_[image]).string(); }
  const std::vector<std::string>& names() const { return names_; }
  /// Files that are no images by their names.
  const Noticed& passed_over() const { return passed_over_; }

 private:
  std::string name_of(const std::filesystem::path& file) const;

  std::filesystem::path root_;
  std::vector<std::string> names_;
  Noticed passed_over_;
};

/// Appends an image, brought to the shape, [channels, height, width].
/// \return whether its file does not end as it is to \throws DataError, and then appends nothing
bool append_image(const std::string& path, const ImageShape& shape, const ImageReading& reading,
                  std::vector<std::uint8_t>& pixels);

}  // namespace clvae::data
