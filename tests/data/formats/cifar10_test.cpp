#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "data/dataset.hpp"
#include "data/files.hpp"
#include "data/formats/unlabelled.hpp"

namespace clvae::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// One record: the label, then pixels that all have that label's value.
Bytes record(std::uint8_t label) {
  Bytes bytes(1 + 3072, label);
  return bytes;
}

class Cifar10Test : public FolderTest {
 protected:
  void SetUp() override {
    FolderTest::SetUp();
    for (std::uint8_t batch = 1; batch <= 5; ++batch) {
      write("data_batch_" + std::to_string(batch) + ".bin", record(batch));
    }
    write("test_batch.bin", record(9));
  }
  Dataset load() const {
    Source source;
    source.format = "cifar10";
    source.path = folder_;
    return data::load(source);
  }
};

TEST_F(Cifar10Test, gives_images_of_all_batches_in_order) {
  const Dataset dataset = load();

  EXPECT_EQ(dataset.train.shape, (ImageShape{3, 32, 32}));
  EXPECT_THAT(dataset.train.labels, ElementsAre(1, 2, 3, 4, 5));
  EXPECT_EQ(dataset.train.pixels.size(), 5U * 3072);
  EXPECT_EQ(dataset.train.pixels[2 * 3072], 3);
  EXPECT_THAT(dataset.test.labels, ElementsAre(9));
  EXPECT_EQ(dataset.class_names.size(), 10U);
  EXPECT_EQ(dataset.class_names[9], "9");
}

TEST_F(Cifar10Test, has_the_names_of_its_classes_when_they_are_there) {
  const std::string names =
      "airplane\nautomobile\nbird\ncat\ndeer\ndog\nfrog\nhorse\nship\r\ntruck\n\n";
  write("batches.meta.txt", Bytes(names.begin(), names.end()));

  const Dataset dataset = load();

  EXPECT_EQ(dataset.class_names[0], "airplane");
  EXPECT_EQ(dataset.class_names[8], "ship");
}

TEST_F(Cifar10Test, names_file_and_fault_when_a_file_is_malformed) {
  const auto complains = [&](const char* name, const Bytes& bytes, const char* complaint) {
    const Bytes good = read(name);
    write(name, bytes);
    EXPECT_THAT([&] { load(); }, ThrowsMessage<DataError>(HasSubstr(complaint)));
    good.empty() ? remove(name) : write(name, good);
  };

  complains("data_batch_3.bin", {}, "data_batch_3.bin");
  complains("data_batch_3.bin", Bytes(3072, 1), "3072 bytes");
  complains("data_batch_3.bin", Bytes(3074, 1), "3074 bytes");
  complains("test_batch.bin", record(10), "label 10 in record 0");
  complains("batches.meta.txt", {'a', '\n', 'b', '\n'}, "2 names");
  remove("data_batch_5.bin");
  EXPECT_THAT([&] { load(); }, ThrowsMessage<DataError>(HasSubstr("data_batch_5.bin")));
}

TEST_F(Cifar10Test, is_found_in_the_folder_that_its_archive_unpacks_to) {
  const std::string expected = load().fingerprint;
  const std::string below = folder_ + "/cifar-10-batches-bin";
  std::filesystem::create_directories(below);
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    if (entry.is_regular_file()) std::filesystem::rename(entry, below / entry.path().filename());
  }

  EXPECT_EQ(load().fingerprint, expected);
}

TEST_F(Cifar10Test, is_named_with_the_remedy_when_it_is_another_version) {
  for (int batch = 1; batch <= 5; ++batch) remove("data_batch_" + std::to_string(batch) + ".bin");
  remove("test_batch.bin");
  for (const auto& [name, version] :
       {std::pair{"data_batch_1", "python"}, std::pair{"data_batch_1.mat", "MATLAB"}}) {
    write(name, {0x80, 2, '}', 'q'});

    const auto says = ThrowsMessage<DataError>(testing::AllOf(
        HasSubstr(version), HasSubstr(name), HasSubstr("clvae fetch cifar10 --to FOLDER")));
    EXPECT_THAT([&] { load(); }, says);
    EXPECT_THAT([&] { open_unlabelled(folder_, {}); }, says);

    remove(name);
  }
  write("test_batch", {0x80, 2, '}', 'q'});
  EXPECT_THAT([&] { open_unlabelled(folder_ + "/test_batch", {}); },
              ThrowsMessage<DataError>(HasSubstr("the python version of CIFAR-10 (test_batch)")));
}

using Cifar10SamplesTest = UnlabelledTest;

/// Two CIFAR-10 records: a label, then bytes of one value.
Bytes records() {
  Bytes bytes(3073, 11);
  bytes.resize(2 * 3073, 12);
  bytes[3073] = 200;  // no label, and not looked at
  return bytes;
}

TEST_F(Cifar10SamplesTest, are_records_without_their_labels) {
  write("test_batch.bin", records());
  write_packed("other.bin.gz", records());

  for (const char* path : {"", "test_batch.bin", "other.bin.gz"}) {
    const auto images = open(path);
    ASSERT_EQ(images->size(), 2U) << path;
    EXPECT_EQ(images->shape(), (ImageShape{3, 32, 32}));
    images->skip(1);
    EXPECT_EQ(images->next(2).pixels, Bytes(3072, 12)) << path;
  }
}

TEST_F(Cifar10SamplesTest, are_refused_when_the_file_holds_no_whole_records) {
  write("records.bin", Bytes(3072, 1));
  write("empty.bin", {});

  expect_refused("records.bin", "records of 3073 bytes");
  expect_refused("empty.bin", "found 0 bytes");
}

}  // namespace
}  // namespace clvae::data
