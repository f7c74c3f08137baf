#include <functional>

#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "data/dataset.hpp"
#include "data/files.hpp"

namespace clvae::data {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
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
};

TEST_F(IdxTest, gives_images_and_labels_when_the_files_are_plain) {
  const Dataset dataset = load_idx(folder_);

  EXPECT_EQ(dataset.train.shape, (ImageShape{1, 2, 3}));
  EXPECT_EQ(dataset.train.size(), 4U);
  EXPECT_EQ(dataset.train.pixels.size(), 24U);
  EXPECT_EQ(dataset.train.pixels[23], 23);
  EXPECT_THAT(dataset.train.labels, ElementsAre(0, 2, 1, 0));
  EXPECT_THAT(dataset.test.labels, ElementsAre(1, 2));
  EXPECT_THAT(dataset.class_names, ElementsAre("0", "1", "2"));
  EXPECT_EQ(dataset.name, std::filesystem::path(folder_).filename().string());
  EXPECT_EQ(load_idx(folder_ + "/").name, dataset.name);
}

TEST_F(IdxTest, gives_the_same_when_the_files_are_packed) {
  const std::string plain = load_idx(folder_).fingerprint;
  for (const char* name : {kTrainImages, kTrainLabels, kTestImages, kTestLabels}) {
    write_packed(std::string(name) + ".gz", read(name));
    remove(name);
  }

  EXPECT_EQ(load_idx(folder_).fingerprint, plain);
}

TEST_F(IdxTest, has_another_fingerprint_when_one_pixel_differs) {
  const std::string before = load_idx(folder_).fingerprint;
  Bytes changed = idx_images(2);
  changed.back() ^= 1;
  write(kTestImages, changed);

  EXPECT_NE(load_idx(folder_).fingerprint, before);
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
      {kTestLabels,
       [] {
         return idx_labels({1, 7});
       },
       "label 7 of sample 1"},
      {kTestImages,
       [] {
         return idx(0x803, {2, 3, 2}, Bytes(12));
       },
       "test images of 1 x 3 x 2"},
  };
  for (const BadFile& bad : bad_files) {
    const Bytes good = read(bad.name);
    write(bad.name, bad.bytes());

    EXPECT_THAT([&] { load_idx(folder_); },
                ThrowsMessage<DataError>(AllOf(HasSubstr(folder_), HasSubstr(bad.complaint))))
        << bad.complaint;

    write(bad.name, good);
  }
}

TEST_F(IdxTest, is_refused_when_a_file_is_missing_or_a_folder) {
  remove(kTestLabels);
  EXPECT_THAT([&] { load_idx(folder_); },
              ThrowsMessage<DataError>(AllOf(HasSubstr(kTestLabels), HasSubstr("no such file"))));

  std::filesystem::create_directories(folder_ + "/" + kTestLabels);
  EXPECT_THAT([&] { load_idx(folder_); }, ThrowsMessage<DataError>(HasSubstr("a directory")));

  EXPECT_THROW(load_idx(folder_ + "/nowhere"), DataError);
}

TEST_F(IdxTest, is_refused_when_a_packed_file_is_cut_off_anywhere) {
  write_packed(std::string(kTrainImages) + ".gz", idx_images(4));
  remove(kTrainImages);
  const std::string name = std::string(kTrainImages) + ".gz";
  const Bytes whole = read(name);
  ASSERT_NO_THROW(load_idx(folder_));

  for (std::size_t length = 0; length < whole.size(); ++length) {
    write(name, Bytes(whole.begin(), whole.begin() + static_cast<long>(length)));
    EXPECT_THROW(load_idx(folder_), DataError) << length << " of " << whole.size() << " bytes";
  }
}

TEST_F(IdxTest, is_refused_when_a_packed_file_is_damaged) {
  const std::string name = std::string(kTrainImages) + ".gz";
  write_packed(name, idx_images(4));
  remove(kTrainImages);
  Bytes damaged = read(name);
  damaged[damaged.size() - 6] ^= 0xff;  // within the checksum
  write(name, damaged);

  EXPECT_THAT([&] { load_idx(folder_); },
              ThrowsMessage<DataError>(HasSubstr("damaged or cut-off gzip")));

  write(name, idx_images(4));  // not packed at all
  EXPECT_THAT([&] { load_idx(folder_); }, ThrowsMessage<DataError>(HasSubstr("not gzip")));
}

TEST_F(IdxTest, is_refused_when_a_plain_file_is_cut_off_anywhere) {
  const Bytes whole = read(kTrainImages);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    write(kTrainImages, Bytes(whole.begin(), whole.begin() + static_cast<long>(length)));
    EXPECT_THROW(load_idx(folder_), DataError) << length;
  }
}

TEST(Load, is_refused_when_the_format_is_unknown) {
  Source source;
  source.format = "png";
  EXPECT_THAT([&] { load(source); }, ThrowsMessage<UsageError>(HasSubstr("png")));
}

}  // namespace
}  // namespace clvae::data
