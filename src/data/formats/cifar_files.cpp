#include "data/formats/cifar_files.hpp"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/bytes.hpp"
#include "data/formats/signs.hpp"

namespace clvae::data {

namespace {

/// \param bytes of the whole file
RecordLayout layout_of(const std::string& path, std::size_t bytes, const CifarLabels& labels) {
  RecordLayout layout{kCifarShape, 0, 0, labels.bytes};
  if (bytes == 0 || bytes % layout.record() != 0) {
    throw DataError(path, fmt::format("{} bytes", bytes),
                    fmt::format("records of {} bytes", layout.record()));
  }
  layout.images = bytes / layout.record();
  return layout;
}

/// Only what is unpacked tells how long it is.
std::size_t unpacked_bytes(const std::string& path) {
  ByteStream stream(path);
  constexpr std::size_t kPiece = std::size_t{1} << 20U;
  std::size_t bytes = 0;
  for (std::size_t count = kPiece; count == kPiece; bytes += count) count = stream.skip(kPiece);
  return bytes;
}

}  // namespace

void append_cifar(LabelledImages& images, const std::string& plain_path,
                  const CifarLabels& labels) {
  const std::string path = existing_file(plain_path);
  const std::vector<std::uint8_t> bytes = read_bytes(path);
  const RecordLayout layout = layout_of(path, bytes.size(), labels);
  for (std::size_t i = 0; i < layout.images; ++i) {
    const std::uint8_t label = bytes[i * layout.record() + labels.place];
    if (label >= labels.classes) {
      throw DataError(path, fmt::format("label {} in record {}", label, i),
                      fmt::format("a class from 0 to {}", labels.classes - 1));
    }
    images.labels.push_back(label);
  }
  append_pixels(bytes, layout, images.pixels);
}

std::unique_ptr<UnlabelledSamples> open_cifar(const std::string& path, const CifarLabels& labels) {
  return open_records(path, layout_of(path, unpacked_bytes(path), labels));
}

std::vector<std::string> cifar_names(const std::string& path, std::size_t classes) {
  std::vector<std::string> names;
  if (!std::filesystem::exists(path)) {
    for (std::size_t label = 0; label < classes; ++label) names.push_back(std::to_string(label));
    return names;
  }
  const std::vector<std::uint8_t> bytes = read_bytes(path);
  std::istringstream text(std::string(bytes.begin(), bytes.end()));
  for (std::string line; std::getline(text, line);) {
    line.erase(std::find_if(line.begin(), line.end(), [](char c) { return c == '\r'; }),
               line.end());
    if (!line.empty()) names.push_back(line);
  }
  if (names.size() != classes) {
    throw DataError(path, fmt::format("{} names", names.size()),
                    fmt::format("{}, one a line", classes));
  }
  return names;
}

std::string cifar_folder(const std::string& path, const std::string& below,
                         const std::string& file) {
  const std::string folder = path + "/" + below;
  const bool is_below = file_in(path, file).empty() && !file_in(folder, file).empty();
  return is_below ? folder : path;
}

}  // namespace clvae::data
