/// \file
/// The binary version of CIFAR-100, whose records have a coarse and a fine label.
#include <filesystem>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/assembly.hpp"
#include "data/formats/cifar_files.hpp"
#include "data/formats/signs.hpp"
#include "data/formats/table.hpp"

namespace clvae::data {

namespace {

constexpr CifarLabels kCoarse{2, 0, 20};
constexpr CifarLabels kFine{2, 1, 100};
constexpr const char* kHundredFolder = "cifar-100-binary";
constexpr const char* kTrainRecords = "train.bin";
constexpr const char* kTestRecords = "test.bin";

/// Whether a file has so many bytes that it holds records of CIFAR-100 and not of CIFAR-10.
bool has_its_size(const std::string& path) {
  std::error_code problem;
  const std::uintmax_t bytes = std::filesystem::file_size(path, problem);
  const std::size_t record = kFine.bytes + kCifarShape.pixels();
  return !problem && bytes > 0 && bytes % record == 0 && bytes % (record - 1) != 0;
}

}  // namespace

Sign sign_of_cifar100(const Candidate& data) {
  if (data.is_folder) {
    const std::string folder = cifar_folder(data.path, kHundredFolder, kTestRecords);
    return file_in(folder, kTestRecords).empty() ? Sign::none : Sign::name;
  }
  const std::string name = std::filesystem::path(data.path).filename().string();
  const bool is_its = has_ending(name, {".bin.gz"})
                          ? name == "train.bin.gz" || name == "test.bin.gz"
                          : has_ending(name, {".bin"}) && has_its_size(data.path);
  return is_its ? Sign::content : Sign::none;
}

/// Reads `train.bin` and `test.bin` from a folder or cifar-100-binary below it, with their fine or
/// coarse labels, and names of classes from `fine_label_names.txt` or `coarse_label_names.txt`
/// where it is there. \throws DataError as `append_cifar`
Dataset load_cifar100(const Source& source) {
  const bool is_coarse = source.fine_or_coarse == "coarse";
  const CifarLabels& labels = is_coarse ? kCoarse : kFine;
  const std::string folder = cifar_folder(source.path, kHundredFolder, kTrainRecords);
  if (file_in(folder, kTrainRecords).empty() && !file_in(folder, "train").empty()) {
    throw DataError(source.path, "the python version of CIFAR-100 (train)",
                    "the binary version, train.bin and test.bin of cifar-100-binary.tar.gz");
  }
  Dataset dataset;
  dataset.train.shape = kCifarShape;
  dataset.test.shape = kCifarShape;
  append_cifar(dataset.train, fmt::format("{}/{}", folder, kTrainRecords), labels);
  append_cifar(dataset.test, fmt::format("{}/{}", folder, kTestRecords), labels);
  const std::string names = is_coarse ? "coarse_label_names.txt" : "fine_label_names.txt";
  complete(dataset, source.path, cifar_names(fmt::format("{}/{}", folder, names), labels.classes),
           source.known_fingerprint);
  return dataset;
}

/// Opens the records of a file, or of the test split in a folder.
std::unique_ptr<UnlabelledSamples> open_cifar100(const std::string& path,
                                                 const SampleForm& /*form*/) {
  const std::string in_folder =
      file_in(cifar_folder(path, kHundredFolder, kTestRecords), kTestRecords);
  return open_cifar(in_folder.empty() ? path : in_folder, kFine);
}

}  // namespace clvae::data
