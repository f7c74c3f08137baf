/// \file
/// The binary version of CIFAR-10 (https://www.cs.toronto.edu/~kriz/cifar.html): records of one
/// label byte and 3 x 1,024 bytes (red, green, blue; 32 x 32).
#include <algorithm>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/assembly.hpp"
#include "data/bytes.hpp"
#include "data/formats/records.hpp"
#include "data/formats/signs.hpp"
#include "data/formats/table.hpp"

namespace clvae::data {

namespace {

constexpr ImageShape kShape{3, 32, 32};
constexpr std::size_t kClasses = 10;
constexpr const char* kTestBatch = "test_batch.bin";

/// \param bytes of the whole file
RecordLayout layout_of(const std::string& path, std::size_t bytes) {
  RecordLayout layout{kShape, 0, 0, 1};
  if (bytes == 0 || bytes % layout.record() != 0) {
    throw DataError(path, fmt::format("{} bytes", bytes),
                    fmt::format("records of {} bytes", layout.record()));
  }
  layout.images = bytes / layout.record();
  return layout;
}

/// Appends the records of one file.
void append(LabelledImages& images, const std::string& plain_path) {
  const std::string path = existing_file(plain_path);
  const std::vector<std::uint8_t> bytes = read_bytes(path);
  const RecordLayout layout = layout_of(path, bytes.size());
  for (std::size_t i = 0; i < layout.images; ++i) {
    const std::uint8_t label = bytes[i * layout.record()];
    if (label >= kClasses) {
      throw DataError(path, fmt::format("label {} in record {}", label, i), "a class from 0 to 9");
    }
    images.labels.push_back(label);
  }
  append_pixels(bytes, layout, images.pixels);
}

/// Only what is unpacked tells how long it is.
std::size_t unpacked_bytes(const std::string& path) {
  ByteStream stream(path);
  constexpr std::size_t kPiece = std::size_t{1} << 20U;
  std::size_t bytes = 0;
  for (std::size_t count = kPiece; count == kPiece; bytes += count) count = stream.skip(kPiece);
  return bytes;
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

Sign sign_of_cifar10(const Candidate& data) {
  const bool is_named = data.is_folder ? !file_in(data.path, kTestBatch).empty()
                                       : has_ending(data.path, {".bin", ".bin.gz"});
  return is_named ? Sign::name : Sign::none;
}

/// Reads `data_batch_1..5.bin` and `test_batch.bin` from a folder, and names of classes from
/// `batches.meta.txt` where it is there.
/// \throws DataError as `load_idx`, and for a label over 9
Dataset load_cifar10(const Source& source) {
  Dataset dataset;
  dataset.train.shape = kShape;
  dataset.test.shape = kShape;
  for (int batch = 1; batch <= 5; ++batch) {
    append(dataset.train, fmt::format("{}/data_batch_{}.bin", source.path, batch));
  }
  append(dataset.test, fmt::format("{}/{}", source.path, kTestBatch));
  std::vector<std::string> names = class_names(source.path + "/batches.meta.txt");
  if (names.empty()) {
    for (std::size_t label = 0; label < kClasses; ++label) names.push_back(std::to_string(label));
  }
  complete(dataset, source.path, std::move(names), source.known_fingerprint);
  return dataset;
}

/// Opens the records of a file, or of the test split in a folder.
std::unique_ptr<UnlabelledSamples> open_cifar10(const std::string& path,
                                                const SampleForm& /*form*/) {
  const std::string in_folder = file_in(path, kTestBatch);
  const std::string& file = in_folder.empty() ? path : in_folder;
  return open_records(file, layout_of(file, unpacked_bytes(file)));
}

}  // namespace clvae::data
