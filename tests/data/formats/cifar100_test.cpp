#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "data/dataset.hpp"
#include "data/formats/table.hpp"
#include "data/formats/unlabelled.hpp"

namespace clvae::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// One record: a coarse and a fine label, then pixels of one value.
Bytes record_of_100(std::uint8_t coarse, std::uint8_t fine, std::uint8_t value) {
  Bytes bytes(2 + 3072, value);
  bytes[0] = coarse;
  bytes[1] = fine;
  return bytes;
}

Bytes together(const std::vector<Bytes>& parts) {
  Bytes all;
  for (const Bytes& part : parts) all.insert(all.end(), part.begin(), part.end());
  return all;
}

class Cifar100Test : public UnlabelledTest {
 protected:
  void SetUp() override {
    UnlabelledTest::SetUp();
    write("train.bin", together({record_of_100(3, 99, 1), record_of_100(19, 0, 2)}));
    write("test.bin", record_of_100(3, 98, 7));
  }
  Dataset load(const std::string& labels) const {
    Source source;
    source.format = "cifar100";
    source.path = folder_;
    source.fine_or_coarse = labels;
    return data::load(source);
  }
};

TEST_F(Cifar100Test, has_fine_or_coarse_labels_as_is_asked_for) {
  const Dataset fine = load("fine");
  const Dataset coarse = load("coarse");

  EXPECT_THAT(fine.train.labels, ElementsAre(99, 0));
  EXPECT_THAT(fine.test.labels, ElementsAre(98));
  EXPECT_EQ(fine.class_names.size(), 100U);
  EXPECT_THAT(coarse.train.labels, ElementsAre(3, 19));
  EXPECT_EQ(coarse.class_names.size(), 20U);
  EXPECT_EQ(fine.train.shape, (ImageShape{3, 32, 32}));
  EXPECT_EQ(fine.train.pixels, coarse.train.pixels);
  EXPECT_EQ(fine.train.pixels[0], 1);
  EXPECT_EQ(fine.train.pixels[3072], 2);
  EXPECT_NE(fine.fingerprint, coarse.fingerprint);
}

TEST_F(Cifar100Test, has_the_names_of_its_classes_when_they_are_there) {
  std::string names;
  for (int i = 0; i < 20; ++i) names += "kind " + std::to_string(i) + "\n";
  write("coarse_label_names.txt", text_bytes(names));

  EXPECT_EQ(load("coarse").class_names[19], "kind 19");
  EXPECT_EQ(load("fine").class_names[19], "19");
}

TEST_F(Cifar100Test, names_file_and_fault_when_it_can_not_be_read) {
  write("test.bin", record_of_100(20, 0, 7));
  EXPECT_THAT([&] { load("coarse"); },
              ThrowsMessage<DataError>(HasSubstr("test.bin: found label 20 in record 0")));
  write("test.bin", Bytes(3073, 1));
  EXPECT_THAT([&] { load("fine"); }, ThrowsMessage<DataError>(HasSubstr("records of 3074 bytes")));
  remove("train.bin");
  write("train", {0x80, 2});
  EXPECT_THAT([&] { load("fine"); },
              ThrowsMessage<DataError>(HasSubstr("the python version of CIFAR-100")));
}

TEST_F(Cifar100Test, is_scored_without_its_labels) {
  put("below/cifar-100-binary/test.bin", record_of_100(3, 98, 7));
  write_packed("test.bin.gz", record_of_100(3, 98, 7));
  for (const char* path : {"", "test.bin", "test.bin.gz", "below"}) {
    EXPECT_EQ(format_of(file(path), form_).facts.word, "cifar100") << path;
    EXPECT_EQ(all_of(path, 2).pixels, Bytes(3072, 7)) << path;
  }
}

}  // namespace
}  // namespace clvae::data
