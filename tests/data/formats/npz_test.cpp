#include <algorithm>

#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "data/dataset.hpp"
#include "data/formats/unlabelled.hpp"
#include "data/golden.hpp"

namespace clvae::data {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

Bytes bad_archive(const std::string& name) {
  const nlohmann::json bad = golden("npz.json").at("bad");
  for (const auto& archive : bad) {
    if (archive.at("name") == name) return from_hex(archive.at("file"));
  }
  return {};
}

/// An array of shape [4, 3, 8, 3].
Bytes ambiguous_archive() { return bad_archive("ambiguous axes"); }

class NpzTest : public FolderTest {
 protected:
  Dataset load(const Bytes& archive, Axes axes = Axes::automatic) const {
    write("data.npz", archive);
    Source source;
    source.format = "npz";
    source.path = folder_ + "/data.npz";
    source.axes = axes;
    source.test_fraction = 0.5;
    return data::load(source);
  }
};

TEST_F(NpzTest, gives_what_numpy_has_saved) {
  const nlohmann::json archives = golden("npz.json").at("good");
  for (const auto& expected : archives) {
    const std::string name = expected.at("name");
    const Dataset dataset = load(from_hex(expected.at("file")));

    EXPECT_EQ(dataset.name, "data");
    const bool is_vector = expected.at("shape").at(1) == 1;
    EXPECT_EQ(dataset.train.shape,
              (ImageShape{expected.at("shape").at(0), expected.at("shape").at(1),
                          expected.at("shape").at(2), is_vector}))
        << name;
    EXPECT_EQ(dataset.train.labels, expected.at("labels").get<std::vector<std::int32_t>>()) << name;
    EXPECT_EQ(dataset.class_names, expected.at("class_names").get<std::vector<std::string>>())
        << name;
    if (expected.at("is_bytes")) {
      EXPECT_EQ(dataset.train.pixels, expected.at("samples").get<Bytes>()) << name;
      EXPECT_TRUE(dataset.train.values.empty()) << name;
    } else {
      EXPECT_EQ(dataset.train.values, expected.at("samples").get<std::vector<float>>()) << name;
      EXPECT_TRUE(dataset.train.pixels.empty()) << name;
    }
  }
}

TEST_F(NpzTest, names_file_array_and_fault_when_an_archive_is_bad) {
  const nlohmann::json archives = golden("npz.json").at("bad");
  for (const auto& bad : archives) {
    EXPECT_THAT([&] { load(from_hex(bad.at("file"))); },
                ThrowsMessage<DataError>(
                    testing::AllOf(HasSubstr("data.npz"), HasSubstr(bad.at("complaint")))))
        << bad.at("name");
  }
  EXPECT_THAT(
      [] {
        Source source;
        source.format = "npz";
        source.path = "nowhere.npz";
        data::load(source);
      },
      ThrowsMessage<DataError>(HasSubstr("nowhere.npz: found no archive")));
}

TEST_F(NpzTest, fails_in_good_order_when_an_archive_ends_anywhere) {
  const Bytes whole = from_hex(golden("npz.json").at("good").at(0).at("file"));
  for (std::size_t length = 0; length < whole.size(); length += 7) {
    EXPECT_THROW(load({whole.begin(), whole.begin() + static_cast<long>(length)}), DataError)
        << length;
  }
}

TEST_F(NpzTest, names_the_array_when_its_entry_can_not_be_opened) {
  Bytes archive = from_hex(golden("npz.json").at("good").at(0).at("file"));
  const std::string magic = "PK\x01\x02";  // of an entry in the list at the archive's end
  auto entry = archive.begin();
  while (true) {
    entry = std::search(entry, archive.end(), magic.begin(), magic.end());
    if (entry == archive.end()) break;
    entry[44] = 0xfb;  // of where its bytes are: far behind the archive's end
    ++entry;
  }
  EXPECT_THAT([&] { load(archive); },
              ThrowsMessage<DataError>(
                  testing::AllOf(HasSubstr("data.npz: "), HasSubstr("found no readable array ("))));
  EXPECT_THAT([&] { open_unlabelled(folder_ + "/data.npz", {}); },
              ThrowsMessage<DataError>(HasSubstr("found no readable array (")));
}

TEST_F(NpzTest, is_read_or_refused_when_any_byte_is_damaged) {
  const Bytes whole = from_hex(golden("npz.json").at("good").at(0).at("file"));
  for (std::size_t i = 0; i < whole.size(); ++i) {
    Bytes damaged = whole;
    damaged[i] ^= 0xffU;
    try {
      load(damaged);
    } catch (const DataError&) {
    }
  }
}

TEST_F(NpzTest, has_images_of_16_bits_when_white_is_told) {
  const Bytes archive = bad_archive("16 bits");
  write("data.npz", archive);
  Source source;
  source.format = "npz";
  source.path = folder_ + "/data.npz";
  source.scale = 600;
  source.test_fraction = 0.5;

  const Dataset dataset = data::load(source);

  EXPECT_EQ(dataset.value_type, ValueType::number);
  EXPECT_THAT(dataset.train.values, testing::Each(0.5F));
}

TEST_F(NpzTest, takes_the_axes_that_the_source_names) {
  const Bytes file = ambiguous_archive();

  EXPECT_EQ(load(file, Axes::channels_first).train.shape, (ImageShape{3, 8, 3}));
  EXPECT_EQ(load(file, Axes::channels_last).train.shape, (ImageShape{3, 3, 8}));
}

using ArchiveSamplesTest = UnlabelledTest;

TEST_F(ArchiveSamplesTest, has_the_numbers_that_numpy_has_saved) {
  const nlohmann::json archives = golden("npz.json");
  for (const auto& expected : archives.at("good")) {
    const std::string name = expected.at("name");
    put("good.npz", from_hex(expected.at("file")));
    put("other name", from_hex(expected.at("file")));
    const auto samples = open("good.npz");
    const auto numbers = expected.at("samples").get<std::vector<float>>();
    const std::size_t size = samples->shape().pixels();
    EXPECT_EQ(samples->shape(),
              (ImageShape{expected.at("shape").at(0), expected.at("shape").at(1),
                          expected.at("shape").at(2), expected.at("shape").at(1) == 1}))
        << name;
    // Where there is a test split, it is the first two samples.
    ASSERT_EQ(samples->size(), name == "keras, compressed" ? 2 : numbers.size() / size) << name;
    for (const std::size_t most : {1U, 3U, 9U}) {
      const SampleBlock all = all_of("other name", most);
      const std::vector<float> found =
          expected.at("is_bytes") ? std::vector<float>(all.pixels.begin(), all.pixels.end())
                                  : all.values;
      EXPECT_THAT(
          found, testing::ElementsAreArray(std::vector<float>(
                     numbers.begin(), numbers.begin() + static_cast<long>(samples->size() * size))))
          << name << " in blocks of " << most;
    }
    samples->skip(1);
    const SampleBlock second = samples->next(1);
    EXPECT_EQ(expected.at("is_bytes") ? second.pixels.at(0) : second.values.at(0), numbers[size])
        << name;
  }
}

TEST_F(ArchiveSamplesTest, is_refused_with_the_fault_that_it_has) {
  // What is wrong with labels, or with one split beside the other, is not looked at.
  const std::vector<std::string> harmless{"no labels",         "test labels alone",
                                          "fewer labels",      "labels of another shape",
                                          "one label",         "floating-point labels",
                                          "two ones in a row", "objects",
                                          "other test images", "other type of test images",
                                          "unknown label",     "a name twice"};
  const nlohmann::json archives = golden("npz.json");
  for (const auto& bad : archives.at("bad")) {
    const std::string name = bad.at("name");
    put("bad.npz", from_hex(bad.at("file")));
    if (std::find(harmless.begin(), harmless.end(), name) != harmless.end()) {
      EXPECT_FALSE(all_of("bad.npz", 2).pixels.empty()) << name;
      continue;
    }
    const bool has_one = name == "no arrays";
    expect_refused("bad.npz", has_one ? "a: found an array of shape [4]"
                                      : bad.at("complaint").get<std::string>());
  }
}

TEST_F(ArchiveSamplesTest, takes_the_axis_of_channels_that_fits_the_run) {
  put("new.npz", ambiguous_archive());
  for (const Axes axes : {Axes::automatic, Axes::channels_first, Axes::channels_last}) {
    form_.axes = axes;  // of the training data, which may have lain otherwise
    for (const ImageShape& shape : {ImageShape{3, 8, 3}, ImageShape{3, 3, 8}}) {
      form_.shape = shape;
      EXPECT_EQ(open("new.npz")->shape(), shape);
    }
  }
}

TEST_F(ArchiveSamplesTest, does_not_guess_the_axis_of_channels_when_none_fits_the_run) {
  put("new.npz", ambiguous_archive());
  form_.shape = {1, 8, 8};
  expect_refused("new.npz", "[4, 3, 8, 3]");
}

}  // namespace
}  // namespace clvae::data
