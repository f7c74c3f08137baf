#include <functional>

#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "data/dataset.hpp"
#include "data/files.hpp"
#include "data/formats/unlabelled.hpp"

namespace clvae::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

constexpr const char* kTrainImages = "train-images-idx3-ubyte";
constexpr const char* kTrainLabels = "train-labels-idx1-ubyte";
constexpr const char* kTestImages = "t10k-images-idx3-ubyte";
constexpr const char* kTestLabels = "t10k-labels-idx1-ubyte";

class IdxTest : public FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    write(kTrainImages, idx_images(4));
    write(kTrainLabels, idx_labels({0, 2, 1, 0}));
    write(kTestImages, idx_images(2));
    write(kTestLabels, idx_labels({1, 2}));
  }
  Dataset load(const std::string& below = "") const {
    Source source;
    source.format = "idx";
    source.path = folder_ + below;
    return data::load(source);
  }
};

TEST_F(IdxTest, gives_images_and_labels_when_the_files_are_plain) {
  const Dataset dataset = load();

  EXPECT_EQ(dataset.train.shape, (ImageShape{1, 2, 3}));
  EXPECT_EQ(dataset.train.size(), 4U);
  EXPECT_EQ(dataset.train.pixels.size(), 24U);
  EXPECT_EQ(dataset.train.pixels[23], 23);
  EXPECT_THAT(dataset.train.labels, ElementsAre(0, 2, 1, 0));
  EXPECT_THAT(dataset.test.labels, ElementsAre(1, 2));
  EXPECT_THAT(dataset.class_names, ElementsAre("0", "1", "2"));
  EXPECT_EQ(dataset.name, std::filesystem::path(folder_).filename().string());
  EXPECT_EQ(load("/").name, dataset.name);
}

TEST_F(IdxTest, gives_the_same_when_the_files_are_packed) {
  const std::string plain = load().fingerprint;
  for (const char* name : {kTrainImages, kTrainLabels, kTestImages, kTestLabels}) {
    write_packed(std::string(name) + ".gz", read(name));
    remove(name);
  }

  EXPECT_EQ(load().fingerprint, plain);
}

TEST_F(IdxTest, has_another_fingerprint_when_one_pixel_differs) {
  const std::string before = load().fingerprint;
  Bytes changed = idx_images(2);
  changed.back() ^= 1;
  write(kTestImages, changed);

  EXPECT_NE(load().fingerprint, before);
}

struct BadFile {
  const char* name;
  std::function<Bytes()> bytes;
  std::string complaint;
};

TEST_F(IdxTest, names_file_and_fault_when_a_file_is_malformed) {
  const std::vector<BadFile> bad_files = {
      {kTrainImages, [] { return Bytes{}; }, "0 bytes"},
      {kTrainImages, [] { return Bytes{0, 0, 8, 3, 0, 0}; }, "6 bytes"},
      {kTrainImages, [] { return idx(0x801, {24}, Bytes(24)); }, "magic number 0x00000801"},
      {kTrainLabels, [] { return idx(0x901, {4}, Bytes(4)); }, "magic number 0x00000901"},
      {kTrainLabels, [] { return Bytes{'h', 'e', 'l', 'l', 'o', '\n'}; },
       "magic number 0x68656c6c"},
      {kTrainImages,
       [] {
         return idx(0x803, {4, 2, 3}, Bytes(23));
       },
       "23 bytes of data"},
      {kTrainImages,
       [] {
         return idx(0x803, {4, 2, 3}, Bytes(25));
       },
       "25 bytes of data"},
      {kTrainImages,
       [] {
         return idx(0x803, {0, 2, 3}, {});
       },
       "a size of 0"},
      {kTrainImages,
       [] {
         return idx(0x803, {0xffffffffU, 0xffffffffU, 0xffffffffU}, Bytes(24));
       },
       "24 bytes of data"},
      // The product is 24 modulo 2^64.
      {kTrainImages,
       [] {
         return idx(0x803, {0x80000000U, 0x80000000U, 0x4U}, {});
       },
       "0 bytes of data"},
      {kTrainLabels,
       [] {
         return idx_labels({0, 1, 2});
       },
       "3 labels"},
      {kTrainLabels,
       [] {
         return idx_labels({0, 1, 2, 0, 1});
       },
       "5 labels"},
      {kTestImages,
       [] {
         return idx(0x803, {2, 3, 2}, Bytes(12));
       },
       "test images of 1 x 3 x 2"},
  };
  for (const BadFile& bad : bad_files) {
    const Bytes good = read(bad.name);
    write(bad.name, bad.bytes());

    EXPECT_THAT([&] { load(); },
                ThrowsMessage<DataError>(AllOf(HasSubstr(folder_), HasSubstr(bad.complaint))))
        << bad.complaint;

    write(bad.name, good);
  }
}

TEST_F(IdxTest, has_the_labels_that_occur_for_classes_when_they_do_not_count_from_0) {
  write(kTrainLabels, idx_labels({26, 3, 1, 26}));
  write(kTestLabels, idx_labels({1, 30}));

  const Dataset dataset = load();

  EXPECT_THAT(dataset.class_names, ElementsAre("1", "3", "26", "30"));
  EXPECT_THAT(dataset.train.labels, ElementsAre(2, 1, 0, 2));
  EXPECT_THAT(dataset.test.labels, ElementsAre(0, 3));
}

TEST_F(IdxTest, is_found_by_the_names_that_are_in_use) {
  const std::string expected = load().fingerprint;
  const auto moved_to = [&](const std::string& below, const std::vector<std::string>& names) {
    std::filesystem::create_directories(folder_ + below);
    const std::vector<const char*> from{kTrainImages, kTrainLabels, kTestImages, kTestLabels};
    for (std::size_t i = 0; i < names.size(); ++i) {
      std::filesystem::copy_file(folder_ + "/" + from[i], folder_ + below + "/" + names[i]);
    }
  };
  // 7-Zip and Kaggle; a folder for each file; torchvision; EMNIST as it is unpacked.
  moved_to("/dots", {"train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte",
                     "t10k-labels.idx1-ubyte"});
  for (const char* name : {kTrainImages, kTrainLabels, kTestImages, kTestLabels}) {
    const std::string own_folder = folder_ + "/folders/" + name;
    std::filesystem::create_directories(own_folder);
    std::filesystem::copy_file(folder_ + "/" + name, own_folder + "/" + name);
  }
  moved_to("/vision/KMNIST/raw", {kTrainImages, kTrainLabels, kTestImages, kTestLabels});
  const std::vector<std::string> letters{
      "emnist-letters-train-images-idx3-ubyte", "emnist-letters-train-labels-idx1-ubyte",
      "emnist-letters-test-images-idx3-ubyte", "emnist-letters-test-labels-idx1-ubyte"};
  moved_to("/letters/gzip", letters);

  for (const char* path : {"/dots", "/folders", "/vision", "/vision/KMNIST", "/letters",
                           "/letters/gzip/emnist-letters-train-images-idx3-ubyte"}) {
    EXPECT_EQ(load(path).fingerprint, expected) << path;
  }
  std::filesystem::create_directories(folder_ + "/vision/MNIST");
  std::filesystem::copy(folder_ + "/vision/KMNIST/raw", folder_ + "/vision/MNIST/raw");
  EXPECT_THAT([&] { load("/vision"); },
              ThrowsMessage<DataError>(
                  AllOf(HasSubstr("2 datasets"), HasSubstr("KMNIST/raw/train-images-idx3-ubyte"),
                        HasSubstr("dataset.path may name the training images of one of them"))));
}

TEST_F(IdxTest, is_refused_when_a_file_is_missing_or_a_folder) {
  remove(kTestLabels);
  EXPECT_THAT([&] { load(); },
              ThrowsMessage<DataError>(AllOf(HasSubstr(kTestLabels), HasSubstr("no such file"))));

  std::filesystem::create_directories(folder_ + "/" + kTestLabels);
  EXPECT_THAT([&] { load(); }, ThrowsMessage<DataError>(HasSubstr("a directory")));

  EXPECT_THROW(load("/nowhere"), DataError);
}

TEST_F(IdxTest, is_refused_when_a_packed_file_is_cut_off_anywhere) {
  write_packed(std::string(kTrainImages) + ".gz", idx_images(4));
  remove(kTrainImages);
  const std::string name = std::string(kTrainImages) + ".gz";
  const Bytes whole = read(name);
  ASSERT_NO_THROW(load());

  for (std::size_t length = 0; length < whole.size(); ++length) {
    write(name, Bytes(whole.begin(), whole.begin() + static_cast<long>(length)));
    EXPECT_THROW(load(), DataError) << length << " of " << whole.size() << " bytes";
  }
}

TEST_F(IdxTest, is_refused_when_a_packed_file_is_damaged) {
  const std::string name = std::string(kTrainImages) + ".gz";
  write_packed(name, idx_images(4));
  remove(kTrainImages);
  Bytes damaged = read(name);
  damaged[damaged.size() - 6] ^= 0xff;  // within the checksum
  write(name, damaged);

  EXPECT_THAT([&] { load(); }, ThrowsMessage<DataError>(HasSubstr("damaged or cut-off gzip")));

  write(name, idx_images(4));  // not packed at all
  EXPECT_THAT([&] { load(); }, ThrowsMessage<DataError>(HasSubstr("not gzip")));
}

TEST_F(IdxTest, is_refused_when_a_plain_file_is_cut_off_anywhere) {
  const Bytes whole = read(kTrainImages);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write(kTrainImages, Bytes(whole.begin(), whole.begin() + static_cast<long>(length)));
    EXPECT_THROW(load(), DataError) << length;
  }
}

/// A run on images of 2 x 3 grey pixels.
class IdxSamplesTest : public UnlabelledTest {
 protected:
  IdxSamplesTest() { form_.shape = {1, 2, 3}; }
};

TEST_F(IdxSamplesTest, gives_the_same_images_in_blocks_of_any_size_plain_or_packed) {
  const Bytes whole = idx_images(5);
  write("plain", whole);
  write_packed("packed.gz", whole);
  const Bytes expected(whole.begin() + 16, whole.end());

  for (const std::size_t block : {1U, 2U, 5U, 7U}) {
    EXPECT_EQ(all_of("plain", block).pixels, expected) << block;
    EXPECT_EQ(all_of("packed.gz", block).pixels, expected) << block;
    EXPECT_EQ(all_of("packed", block).pixels, expected) << block;
  }
  EXPECT_EQ(open("plain")->size(), 5U);
  EXPECT_EQ(open("plain")->shape(), (ImageShape{1, 2, 3}));
}

TEST_F(IdxSamplesTest, goes_on_behind_what_it_passed_over) {
  write("plain", idx_images(5));
  write_packed("packed.gz", idx_images(5));

  for (const char* name : {"plain", "packed.gz"}) {
    const auto images = open(name);
    images->skip(2);
    EXPECT_THAT(images->next(1).pixels, ElementsAre(12, 13, 14, 15, 16, 17));
    images->skip(1);
    EXPECT_THAT(images->next(9).pixels, ElementsAre(24, 25, 26, 27, 28, 29));
    EXPECT_THAT(images->next(1).pixels, IsEmpty());
    images->skip(3);
  }
}

TEST_F(IdxSamplesTest, takes_images_of_several_channels) {
  write("colour", idx(0x804, {1, 2, 1, 2}, {1, 2, 3, 4}));

  const auto images = open("colour");

  EXPECT_EQ(images->shape(), (ImageShape{2, 1, 2}));
  EXPECT_THAT(images->next(8).pixels, ElementsAre(1, 2, 3, 4));
}

TEST_F(IdxSamplesTest, takes_the_test_split_of_whatever_name_is_in_use) {
  put("a/t10k-images.idx3-ubyte", idx_images(2));
  put("b/FashionMNIST/raw/t10k-images-idx3-ubyte", idx_images(2));
  put("c/gzip/emnist-digits-test-images-idx3-ubyte", idx_images(2));

  for (const char* folder : {"a", "b", "c"}) EXPECT_EQ(open(folder)->size(), 2U) << folder;
}

TEST_F(IdxSamplesTest, takes_the_test_split_of_a_folder_without_its_labels) {
  write("t10k-images-idx3-ubyte", idx_images(3));
  write("train-images-idx3-ubyte", idx_images(1));

  EXPECT_EQ(open("")->size(), 3U);
}

TEST_F(IdxSamplesTest, names_what_is_wrong_with_a_file) {
  const Bytes whole = idx_images(5);
  write("cut", Bytes(whole.begin(), whole.end() - 1));
  write("longer", idx(0x803, {1, 2, 3}, Bytes(7, 1)));
  write_packed("cut_inside.gz", Bytes(whole.begin(), whole.end() - 8));
  write_packed("longer_inside.gz", idx(0x803, {1, 2, 3}, Bytes(7, 1)));
  write("empty", {});
  write("no_images", idx(0x803, {0, 2, 3}, {}));
  write("labels", idx_labels({1, 2}));
  write("header", Bytes(whole.begin(), whole.begin() + 9));
  write("flat", idx(0x803, {1, 0, 3}, {}));
  std::filesystem::create_directories(file("folder"));

  expect_refused("cut", "found 45 bytes; expected 46, for 5 images of 6 bytes");
  expect_refused("longer", "found 23 bytes; expected 22");
  expect_refused("cut_inside.gz", "its end in image 3");
  expect_refused("longer_inside.gz", "bytes behind its last image");
  expect_refused("empty", "found 0 bytes");
  expect_refused("no_images", "no images");
  expect_refused("labels", "magic number 0x00000801");
  expect_refused("header", "found 9 bytes");
  expect_refused("flat", "a size of 0");
  expect_refused("nothing", "no such file");
  expect_refused("folder", "no images in it");
}

TEST_F(IdxSamplesTest, says_where_a_packed_file_is_damaged) {
  Bytes noise(60'000);
  for (std::size_t i = 0; i < noise.size(); ++i) {
    noise[i] = static_cast<std::uint8_t>((i * i * 2654435761U) >> 13U);
  }
  write_packed("whole.gz", idx(0x803, {10'000, 2, 3}, noise));
  Bytes cut = read("whole.gz");
  cut.resize(cut.size() / 2);
  write("cut.gz", cut);
  write("plain.gz", idx_images(2));

  expect_refused("cut.gz", "damaged or cut-off gzip stream");
  expect_refused("plain.gz", "not gzip");
}

}  // namespace
}  // namespace clvae::data
