#include "data/unlabelled.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <initializer_list>
#include <string_view>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/bytes.hpp"
#include "data/image_tree.hpp"
#include "data/unlabelled_readers.hpp"

namespace clvae::data {

namespace {

namespace files = std::filesystem;

bool exists(const std::string& path) {
  std::error_code ignored;
  return files::exists(path, ignored);
}

bool is_folder(const std::string& path) {
  std::error_code ignored;
  return files::is_directory(path, ignored);
}

bool ends_with(const std::string& text, std::string_view end) {
  return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

bool has_ending(const std::string& path, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return ends_with(path, ending); });
}

/// The first bytes, which tell most formats.
std::string start_of(const std::string& path) {
  constexpr std::size_t kLongestMagic = 8;
  std::string bytes(kLongestMagic, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(file.gcount()));
  return bytes;
}

/// What they tell, if anything.
std::optional<DataKind> kind_by_content(std::string_view start) {
  const auto begins_with = [&](std::string_view magic) {
    return start.substr(0, magic.size()) == magic;
  };
  if (begins_with("\x89HDF\r\n\x1a\n")) return DataKind::hdf5;
  if (begins_with("PK\x03\x04")) return DataKind::npz;
  const bool is_netpbm = (begins_with("P5") || begins_with("P6")) && start.size() > 2 &&
                         (start[2] == '\n' || start[2] == ' ' || start[2] == '\t');
  if (begins_with("\x89PNG") || begins_with("\xff\xd8\xff") || is_netpbm) return DataKind::images;
  return std::nullopt;
}

DataKind kind_of_file(const std::string& path, const SampleForm& form) {
  const std::string start = start_of(path);
  if (const auto kind = kind_by_content(start)) return *kind;
  if (has_ending(path, {".h5", ".hdf5"})) return DataKind::hdf5;
  if (has_ending(path, {".npz"})) return DataKind::npz;
  if (has_ending(path, {".csv", ".csv.gz"})) return DataKind::csv;
  if (has_ending(path, {".bin", ".bin.gz"})) return DataKind::cifar10;
  if (is_image_name(path)) return DataKind::images;
  // No text begins so; of CIFAR-10 a record may.
  const bool is_idx = !start.empty() && start.front() == '\0';
  return form.columns.empty() || is_idx ? DataKind::idx : DataKind::csv;
}

/// The file of that name in a folder, plain or with .gz; "" where there is none.
std::string file_in(const std::string& folder, const std::string& name) {
  for (const char* ending : {"", ".gz"}) {
    const std::string path = fmt::format("{}/{}{}", folder, name, ending);
    if (exists(path)) return path;
  }
  return "";
}

DataPlace place_in_folder(const std::string& folder, const SampleForm& form) {
  if (!form.columns.empty()) {
    const std::string table = file_in(folder, "test.csv");
    if (!table.empty()) return {table, DataKind::csv};
    throw DataError(folder, "a folder without such a file", "test.csv; or name a file");
  }
  const std::string images = file_in(folder, "t10k-images-idx3-ubyte");
  if (!images.empty()) return {images, DataKind::idx};
  const std::string records = file_in(folder, "test_batch.bin");
  if (!records.empty()) return {records, DataKind::cifar10};
  return {folder, DataKind::images};
}

}  // namespace

DataPlace place_of_data(const std::string& path, const SampleForm& form) {
  if (is_folder(path)) return place_in_folder(path, form);
  const std::string file = existing_file(path);
  // Read twice, and by each rank.
  std::error_code ignored;
  if (!files::is_regular_file(file, ignored)) {
    throw DataError(file, "no regular file", "one; a stream is read from standard input, as -");
  }
  return {file, kind_of_file(file, form)};
}

std::unique_ptr<UnlabelledSamples> open_unlabelled(const DataPlace& place, const SampleForm& form) {
  switch (place.kind) {
    case DataKind::idx:
      return open_idx(place.path);
    case DataKind::cifar10:
      return open_cifar10(place.path);
    case DataKind::images:
      return open_images(place.path, form.shape);
    case DataKind::npz:
      return open_npz(place.path, form);
    case DataKind::csv:
      return open_table(place.path, form);
    case DataKind::hdf5:
      break;
  }
  throw UsageError(place.path + ": an HDF5 file is read elsewhere");
}

}  // namespace clvae::data
