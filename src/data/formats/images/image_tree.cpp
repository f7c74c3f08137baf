#include "data/formats/images/image_tree.hpp"

#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"
#include "data/bytes.hpp"
#include "data/formats/images/image_file.hpp"
#include "data/formats/images/resize.hpp"

namespace clvae::data {

namespace {

namespace files = std::filesystem;

const std::vector<std::string> kEndings{".png", ".jpg", ".jpeg", ".pgm",
                                        ".ppm", ".pnm", ".tif",  ".tiff"};

/// A link back to a folder above would have no end.
constexpr int kDeepest = 32;

std::string lower_case(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return text;
}

bool is_folder(const files::path& path) {
  std::error_code ignored;
  return files::is_directory(path, ignored);
}

/// \throws DataError for a link to what is not there
void require_link_target(const files::path& path) {
  std::error_code ignored;
  if (!files::is_symlink(path, ignored) || files::exists(path, ignored)) return;
  throw DataError(path.string(),
                  fmt::format("a broken link, to {}", files::read_symlink(path, ignored).string()),
                  "what it points to, or no such link");
}

/// The split that a folder of that name holds, in `folders`; null where it holds none.
files::path* split_named(const std::string& name, SplitFolders& folders) {
  if (name == "train" || name == "training") return &folders.train;
  if (name == "val" || name == "valid" || name == "validation") return &folders.validation;
  return name == "test" || name == "testing" ? &folders.test : nullptr;
}

/// The folders in a folder, as splits as far as their names say so.
struct FoundFolders {
  SplitFolders splits;
  std::vector<files::path> others;
  bool has_train = false;  ///< by just that name

  bool are_splits() const {
    if (splits.train.empty()) return false;
    return has_train || (others.empty() && !folders_in(splits.train).empty());
  }
};

FoundFolders found_in(const files::path& folder) {
  FoundFolders found;
  for (const files::path& entry : folders_in(folder)) {
    const std::string name = entry.filename().string();
    found.has_train = found.has_train || name == "train";
    files::path* const split = split_named(lower_case(name), found.splits);
    if (split == nullptr || !split->empty()) {
      found.others.push_back(entry);
    } else {
      *split = entry;
    }
  }
  if (found.splits.test.empty()) std::swap(found.splits.test, found.splits.validation);
  return found;
}

/// "3 files that are no images by their names": of one or several.
std::string counted(std::size_t count, const char* one, const char* several) {
  return fmt::format("{} {}", count, count == 1 ? one : several);
}

}  // namespace

std::vector<files::path> entries_of(const files::path& folder) {
  std::error_code failure;
  std::vector<files::path> found;
  for (files::directory_iterator entry(folder, failure); !failure && entry != end(entry);
       entry.increment(failure)) {
    const std::string name = entry->path().filename().string();
    if (name.front() != '.' && name != "__MACOSX") found.push_back(entry->path());
  }
  if (failure) throw DataError(folder.string(), failure.message(), "a readable folder");
  std::sort(found.begin(), found.end(),
            [](const files::path& a, const files::path& b) { return a.native() < b.native(); });
  return found;
}

std::vector<files::path> folders_in(const files::path& folder) {
  std::vector<files::path> folders;
  for (files::path& entry : entries_of(folder)) {
    if (!is_image_name(entry)) require_link_target(entry);
    if (is_folder(entry)) folders.push_back(std::move(entry));
  }
  return folders;
}

bool is_image_name(const files::path& path) {
  const std::string ending = lower_case(path.extension().string());
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

std::string image_endings() { return joined(kEndings); }

SplitFolders split_folders_of(const files::path& folder) {
  const FoundFolders found = found_in(folder);
  if (!found.are_splits()) return {};
  if (!found.others.empty()) {
    throw DataError(found.others.front().string(), "a folder beside train",
                    "one folder train, and one each of val and test where they are there");
  }
  return found.splits;
}

files::path test_folder_of(const files::path& folder) {
  const FoundFolders found = found_in(folder);
  return found.are_splits() ? found.splits.test : files::path();
}

std::string passed_over_in_words(const std::string& data, const Noticed& passed_over) {
  if (passed_over.count == 0) return "";
  return fmt::format("{}: passed over {}, such as {}", data,
                     counted(passed_over.count, "file that is no image by its name",
                             "files that are no image by their name"),
                     passed_over.first);
}

std::string flawed_in_words(const std::string& data, const Noticed& flawed) {
  if (flawed.count == 0) return "";
  return fmt::format(
      "{}: {} without an end marker or with stray bytes before it, such as {}; all "
      "pixels are there and are taken",
      data, counted(flawed.count, "JPEG image", "JPEG images"), flawed.first);
}

void ImageTree::add(const files::path& folder, int depth) {
  if (depth > kDeepest) {
    throw DataError(folder.string(), fmt::format("folders more than {} deep", kDeepest),
                    "none that holds itself");
  }
  for (const files::path& entry : entries_of(folder)) {
    if (is_folder(entry)) {
      add(entry, depth + 1);
    } else if (is_image_name(entry)) {
      add_file(entry);
    } else {
      require_link_target(entry);
      passed_over_.add(name_of(entry));
    }
  }
}

void ImageTree::add_file(const files::path& file) { names_.push_back(name_of(file)); }

std::string ImageTree::name_of(const files::path& file) const {
  return file.lexically_relative(root_).string();
}

bool append_image(const std::string& path, const ImageShape& shape, const ImageReading& reading,
                  std::vector<std::uint8_t>& pixels) {
  require_link_target(path);
  // Nothing that would keep a reader waiting.
  std::error_code ignored;
  if (!files::is_regular_file(path, ignored)) throw DataError(path, "no regular file", "an image");
  const Picture decoded = decode_picture(read_bytes(path), reading, path);
  const Picture picture =
      resized(with_channels(decoded, shape.channels), shape.height, shape.width);
  const auto channels = static_cast<std::size_t>(shape.channels);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    for (std::size_t i = channel; i < picture.values.size(); i += channels) {
      pixels.push_back(picture.values[i]);
    }
  }
  return decoded.has_flawed_end;
}

}  // namespace clvae::data
