#pragma once
/// \file
/// The one table of formats. A new format is a file of its own beside this one, and a row here.

#include <array>
#include <string>
#include <vector>

#include "data/formats/format.hpp"

namespace clvae::data {

// Each is defined in the file or folder of its format.
FindSign sign_of_idx, sign_of_cifar10, sign_of_cifar100, sign_of_images, sign_of_npz, sign_of_hdf5,
    sign_of_csv;
LoadDataset load_idx, load_cifar10, load_cifar100, load_images, load_npz, load_hdf5, load_csv;
OpenUnlabelled open_idx, open_cifar10, open_cifar100, open_images, open_npz, open_hdf5, open_csv;

/// In the order of the documentation. Of formats that data have equally strong signs of, the first
/// is taken.
inline constexpr std::array kFormats{
    Format{
        {"idx", "MNIST's four files (plain or .gz), or those of its successors",
         "a file of images, plain or with .gz, or a folder with t10k-images-idx3-ubyte", kNoKeys},
        sign_of_idx,
        load_idx,
        open_idx},
    Format{
        {"cifar10", "the binary batches of CIFAR-10",
         "a file of records, *.bin, plain or with .gz, or a folder with test_batch.bin", kNoKeys},
        sign_of_cifar10,
        load_cifar10,
        open_cifar10},
    Format{{"cifar100", "the binary files of CIFAR-100",
            "the same of CIFAR-100, or a folder with test.bin", kNoKeys},
           sign_of_cifar100,
           load_cifar100,
           open_cifar100},
    Format{{"images", "a folder of PNG, JPEG, TIFF, PGM or PPM images for each class",
            "a folder with images at any depth, or one image; each is brought to the run's size. "
            "Names\nof files are kept with the scores. Of a folder with train and test, test is "
            "scored",
            kTestFraction},
           sign_of_images,
           load_images,
           open_images},
    Format{
        {"npz", "an archive of numpy.savez with x_train and y_train (x_test, y_test), or x and y",
         "the array x, else x_test, else x_train, or of another name in use; or the only array",
         kTestFraction | kAxes},
        sign_of_npz,
        load_npz,
        open_npz},
    Format{
        {"hdf5", "a file with /train/x and /train/y (/test/x, /test/y)",
         "the dataset /x, else /test/x, else /train/x, or of another name in use; or the only one",
         kTestFraction | kAxes | kBlocks},
        sign_of_hdf5,
        load_hdf5,
        open_hdf5},
    Format{
        {"csv", "a table with a line of names, or a folder with train.csv and test.csv",
         "a table with the run's columns, in any order; of a folder its test.csv", kTestFraction},
        sign_of_csv,
        load_csv,
        open_csv},
};

/// What the table tells, without its functions: who uses only this needs to link no reader.
inline constexpr auto kFormatFacts = [] {
  std::array<FormatFacts, kFormats.size()> facts{};
  for (std::size_t i = 0; i < facts.size(); ++i) facts[i] = kFormats[i].facts;
  return facts;
}();

/// The words of the formats for which all of these keys mean something.
inline std::vector<std::string> formats_with(unsigned keys) {
  std::vector<std::string> words;
  for (const FormatFacts& format : kFormatFacts) {
    if ((format.keys & keys) == keys) words.emplace_back(format.word);
  }
  return words;
}

/// The format of data to be scored. Of a file its first bytes decide, else its name, else whether
/// the run was trained on a table. \param path of a file, which may be there with .gz alone, or of
/// a folder \throws DataError where nothing of that name is there, or no regular file or folder
const Format& format_of(const std::string& path, const SampleForm& form);

}  // namespace clvae::data
