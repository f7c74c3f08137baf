#include "data/unlabelled.hpp"

#include <numeric>

#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "data/files.hpp"

namespace clvae::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

class UnlabelledTest : public FolderTest {
 protected:
  std::string file(const std::string& name) const { return folder_ + "/" + name; }

  static std::unique_ptr<UnlabelledSamples> open(const std::string& path) {
    SampleForm form;
    form.shape = {1, 2, 3};
    return open_unlabelled(place_of_data(path, form), form);
  }

  /// All images of the file in blocks of so many.
  Bytes all_of(const std::string& name, std::size_t block) const {
    const auto images = open(file(name));
    Bytes all;
    while (true) {
      const Bytes some = images->next(block).pixels;
      if (some.empty()) return all;
      all.insert(all.end(), some.begin(), some.end());
    }
  }

  void expect_refusal(const std::string& name, const char* text) const {
    EXPECT_THAT([&] { all_of(name, 2); }, ThrowsMessage<DataError>(HasSubstr(text))) << name;
  }
};

/// Two CIFAR-10 records: a label, then bytes of one value.
Bytes records() {
  Bytes bytes(3073, 11);
  bytes.resize(2 * 3073, 12);
  bytes[3073] = 200;  // no label, and not looked at
  return bytes;
}

TEST_F(UnlabelledTest, gives_the_same_images_in_blocks_of_any_size_plain_or_packed) {
  const Bytes whole = idx_images(5);
  write("plain", whole);
  write_packed("packed.gz", whole);
  const Bytes expected(whole.begin() + 16, whole.end());

  for (const std::size_t block : {1U, 2U, 5U, 7U}) {
    EXPECT_EQ(all_of("plain", block), expected) << block;
    EXPECT_EQ(all_of("packed.gz", block), expected) << block;
    EXPECT_EQ(all_of("packed", block), expected) << block;
  }
  EXPECT_EQ(open(file("plain"))->size(), 5U);
  EXPECT_EQ(open(file("plain"))->shape(), (ImageShape{1, 2, 3}));
}

TEST_F(UnlabelledTest, goes_on_behind_what_it_passed_over) {
  write("plain", idx_images(5));
  write_packed("packed.gz", idx_images(5));

  for (const char* name : {"plain", "packed.gz"}) {
    const auto images = open(file(name));
    images->skip(2);
    EXPECT_THAT(images->next(1).pixels, ElementsAre(12, 13, 14, 15, 16, 17));
    images->skip(1);
    EXPECT_THAT(images->next(9).pixels, ElementsAre(24, 25, 26, 27, 28, 29));
    EXPECT_THAT(images->next(1).pixels, IsEmpty());
    images->skip(3);
  }
}

TEST_F(UnlabelledTest, takes_images_of_several_channels) {
  write("colour", idx(0x804, {1, 2, 1, 2}, {1, 2, 3, 4}));

  const auto images = open(file("colour"));

  EXPECT_EQ(images->shape(), (ImageShape{2, 1, 2}));
  EXPECT_THAT(images->next(8).pixels, ElementsAre(1, 2, 3, 4));
}

TEST_F(UnlabelledTest, takes_the_test_split_of_a_folder_without_its_labels) {
  write("t10k-images-idx3-ubyte", idx_images(3));
  write("train-images-idx3-ubyte", idx_images(1));

  EXPECT_EQ(open(folder_)->size(), 3U);
}

TEST_F(UnlabelledTest, takes_cifar_records_without_their_labels) {
  write("test_batch.bin", records());
  write_packed("other.bin.gz", records());

  for (const std::string& path : {folder_, file("test_batch.bin"), file("other.bin.gz")}) {
    const auto images = open(path);
    ASSERT_EQ(images->size(), 2U) << path;
    EXPECT_EQ(images->shape(), (ImageShape{3, 32, 32}));
    images->skip(1);
    EXPECT_EQ(images->next(2).pixels, Bytes(3072, 12)) << path;
  }
}

TEST_F(UnlabelledTest, names_what_is_wrong_with_a_file) {
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
  write("records.bin", Bytes(3072, 1));
  write("empty.bin", {});
  std::filesystem::create_directories(file("folder"));

  expect_refusal("cut", "found 45 bytes; expected 46, for 5 images of 6 bytes");
  expect_refusal("longer", "found 23 bytes; expected 22");
  expect_refusal("cut_inside.gz", "its end in image 3");
  expect_refusal("longer_inside.gz", "bytes behind its last image");
  expect_refusal("empty", "found 0 bytes");
  expect_refusal("no_images", "no images");
  expect_refusal("labels", "magic number 0x00000801");
  expect_refusal("header", "found 9 bytes");
  expect_refusal("flat", "a size of 0");
  expect_refusal("records.bin", "records of 3073 bytes");
  expect_refusal("empty.bin", "found 0 bytes");
  expect_refusal("nothing", "no such file");
  expect_refusal("folder", "no images in it");
}

TEST_F(UnlabelledTest, says_where_a_packed_file_is_damaged) {
  Bytes noise(60'000);
  for (std::size_t i = 0; i < noise.size(); ++i) {
    noise[i] = static_cast<std::uint8_t>((i * i * 2654435761U) >> 13U);
  }
  write_packed("whole.gz", idx(0x803, {10'000, 2, 3}, noise));
  Bytes cut = read("whole.gz");
  cut.resize(cut.size() / 2);
  write("cut.gz", cut);
  write("plain.gz", idx_images(2));

  expect_refusal("cut.gz", "damaged or cut-off gzip stream");
  expect_refusal("plain.gz", "not gzip");
}

}  // namespace
}  // namespace clvae::data
