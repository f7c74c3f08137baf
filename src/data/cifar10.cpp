#include <algorithm>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/bytes.hpp"
#include "data/readers.hpp"

namespace clvae::data {

namespace {

constexpr ImageShape kShape{3, 32, 32};
constexpr std::size_t kClasses = 10;
constexpr std::size_t kPixels = std::size_t{3} * 32 * 32;
constexpr std::size_t kRecord = 1 + kPixels;

/// Appends the records of one file: a label byte, then red, green and blue planes.
void append(LabelledImages& images, const std::string& plain_path) {
  const std::string path = existing_file(plain_path);
  const std::vector<std::uint8_t> bytes = read_bytes(path);
  if (bytes.empty() || bytes.size() % kRecord != 0) {
    throw DataError(path, fmt::format("{} bytes", bytes.size()),
                    fmt::format("records of {} bytes", kRecord));
  }
  for (std::size_t begin = 0; begin < bytes.size(); begin += kRecord) {
    if (bytes[begin] >= kClasses) {
      throw DataError(path, fmt::format("label {} in record {}", bytes[begin], begin / kRecord),
                      "a class from 0 to 9");
    }
    images.labels.push_back(bytes[begin]);
    const auto first = bytes.begin() + static_cast<long>(begin) + 1;
    images.pixels.insert(images.pixels.end(), first, first + kPixels);
  }
}

/// One name a line; none where the file is not there.
std::vector<std::string> class_names(const std::string& path) {
  if (!std::filesystem::exists(path)) return {};
  const std::vector<std::uint8_t> bytes = read_bytes(path);
  std::istringstream text(std::string(bytes.begin(), bytes.end()));
  std::vector<std::string> names;
  for (std::string line; std::getline(text, line);) {
    line.erase(std::find_if(line.begin(), line.end(), [](char c) { return c == '\r'; }),
               line.end());
    if (!line.empty()) names.push_back(line);
  }
  if (names.size() != kClasses) {
    throw DataError(path, fmt::format("{} names", names.size()), "10, one a line");
  }
  return names;
}

}  // namespace

Dataset load_cifar10(const std::string& folder) {
  Dataset dataset;
  dataset.train.shape = kShape;
  dataset.test.shape = kShape;
  for (int batch = 1; batch <= 5; ++batch) {
    append(dataset.train, fmt::format("{}/data_batch_{}.bin", folder, batch));
  }
  append(dataset.test, folder + "/test_batch.bin");
  std::vector<std::string> names = class_names(folder + "/batches.meta.txt");
  if (names.empty()) {
    for (std::size_t label = 0; label < kClasses; ++label) names.push_back(std::to_string(label));
  }
  complete(dataset, folder, std::move(names));
  return dataset;
}

}  // namespace clvae::data
