/// \file
/// The binary version of CIFAR-10: five batches to train on and one to test with.
#include <filesystem>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/assembly.hpp"
#include "data/formats/cifar_files.hpp"
#include "data/formats/signs.hpp"
#include "data/formats/table.hpp"

namespace clvae::data {

namespace {

constexpr CifarLabels kTenLabels{1, 0, 10};
constexpr const char* kTenFolder = "cifar-10-batches-bin";
constexpr const char* kFirstBatch = "data_batch_1.bin";
constexpr const char* kTestBatch = "test_batch.bin";

/// What a folder or file has of another version, whose batches Python or MATLAB read; else empty.
std::string other_version_at(const std::string& path) {
  std::error_code ignored;
  for (const char* name : {"data_batch_1", "test_batch", "cifar-10-batches-py", "data_batch_1.mat",
                           "test_batch.mat", "cifar-10-batches-mat"}) {
    const std::string file = fmt::format("{}/{}", path, name);
    if (std::filesystem::exists(file, ignored)) return file;
  }
  const std::string name = std::filesystem::path(path).filename().string();
  const bool is_batch = begins_with(name, "data_batch_") || begins_with(name, "test_batch");
  return is_batch && std::filesystem::is_regular_file(path, ignored) ? path : "";
}

void refuse_other_version(const std::string& path) {
  const std::string file = other_version_at(path);
  if (file.empty()) return;
  const bool is_matlab = has_ending(file, {"mat"});
  throw DataError(
      path,
      fmt::format("the {} version of CIFAR-10 ({})", is_matlab ? "MATLAB" : "python",
                  std::filesystem::path(file).filename().string()),
      fmt::format("the binary version, {}, which `clvae fetch cifar10 --to FOLDER` gets",
                  kFirstBatch));
}

}  // namespace

Sign sign_of_cifar10(const Candidate& data) {
  if (data.is_folder) {
    const std::string folder = cifar_folder(data.path, kTenFolder, kTestBatch);
    if (!file_in(folder, kTestBatch).empty()) return Sign::name;
    return other_version_at(data.path).empty() ? Sign::none : Sign::guess;
  }
  if (has_ending(data.path, {".bin", ".bin.gz"})) return Sign::name;
  // Pickled by Python.
  return begins_with(data.start, "\x80") && !other_version_at(data.path).empty() ? Sign::guess
                                                                                 : Sign::none;
}

/// Reads `data_batch_1..5.bin` and `test_batch.bin` from a folder or cifar-10-batches-bin below it,
/// and names of classes from `batches.meta.txt` where it is there.
/// \throws DataError as `append_cifar`, and for another version of the data
Dataset load_cifar10(const Source& source) {
  const std::string folder = cifar_folder(source.path, kTenFolder, kFirstBatch);
  if (file_in(folder, kFirstBatch).empty()) refuse_other_version(source.path);
  Dataset dataset;
  dataset.train.shape = kCifarShape;
  dataset.test.shape = kCifarShape;
  for (int batch = 1; batch <= 5; ++batch) {
    append_cifar(dataset.train, fmt::format("{}/data_batch_{}.bin", folder, batch), kTenLabels);
  }
  append_cifar(dataset.test, fmt::format("{}/{}", folder, kTestBatch), kTenLabels);
  complete(dataset, source.path, cifar_names(folder + "/batches.meta.txt", kTenLabels.classes),
           source.known_fingerprint);
  return dataset;
}

/// Opens the records of a file, or of the test split in a folder.
std::unique_ptr<UnlabelledSamples> open_cifar10(const std::string& path,
                                                const SampleForm& /*form*/) {
  const std::string in_folder = file_in(cifar_folder(path, kTenFolder, kTestBatch), kTestBatch);
  if (in_folder.empty() && !has_ending(path, {".bin", ".bin.gz"})) refuse_other_version(path);
  return open_cifar(in_folder.empty() ? path : in_folder, kTenLabels);
}

}  // namespace clvae::data
