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
    } else if (is_vector) {
      // That are kept there in single precision.
      EXPECT_EQ(std::vector<float>(dataset.train.features.begin(), dataset.train.features.end()),
                expected.at("samples").get<std::vector<float>>())
          << name;
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

TEST_F(ArchiveSamplesTest,
       has_features_as_they_are_stored_unless_they_are_wanted_in_single_precision) {
  // numpy.savez_compressed(x=[[1700000001, 1e-60], [1700000002, 0.1], [1700000003, 1e300]],
  //                        y=numpy.array([0, 1, 0], "u1"))
  const Bytes in_c_order = from_hex(
      "504b0304140000000800000021009f9ad3356f000000b000000005001400782e6e707901001000b00000"
      "00000000006f000000000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a06e9366a1aea3a09e"
      "965f54529498179f5f94920a12774bcc294e058a17672416a402f91ac63a0a469a3a0ab50a64032e0606"
      "07873f21371dd596ad59c5b2add29881a101cc9f35130476da33301c00f3e7943274d83c31af0300504b"
      "030414000000080000002100648b6802470000008300000005001400792e6e7079010010008300000000"
      "00000047000000000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a05e536aa8aea3a09e965f"
      "54529498179f5f94920a12774bcc294e058a17672416a402f91ac63a9a3a0ab50a14002e06460600504b"
      "01021403140000000800000021009f9ad3356f000000b000000005000000000000000000000080010000"
      "0000782e6e7079504b0102140314000000080000002100648b6802470000008300000005000000000000"
      "00000000008001a6000000792e6e7079504b0506000000000200020066000000240100000000");
  // numpy.savez_compressed(x=numpy.asfortranarray of the same)
  const Bytes in_fortran_order = from_hex(
      "504b0304140000000800000021003081780e6b000000b000000005001400782e6e707901001000b00000"
      "00000000006b000000000000009bec17ea1b10c9c850c650ad9e925a9c5ca46ea5a06e9366a1aea3a09e"
      "965f54529498179f5f94920a120f292a4d050a17672416a402b91ac63a0a469a3a0ab50ae4032e060607"
      "873f21371d19181aa0f40130adb66ccd2a966d95c6b36682c04efb39a50c1d364fcceb00504b01021403"
      "140000000800000021003081780e6b000000b0000000050000000000000000000000800100000000782e"
      "6e7079504b0506000000000100010033000000a20000000000");

  for (const Bytes& archive : {in_c_order, in_fortran_order}) {
    put("data.npz", archive);
    form_.precision = FeaturePrecision::float64;
    EXPECT_THAT(
        all_of("data.npz", 2).features,
        testing::ElementsAre(1'700'000'001, 1e-60, 1'700'000'002, 0.1, 1'700'000'003, 1e300));
    form_.precision = FeaturePrecision::float32;
    const auto samples = open("data.npz");
    EXPECT_THAT(samples->next(2).features,
                testing::ElementsAre(1'700'000'000, 0, 1'700'000'000, static_cast<double>(0.1F)));
    expect_refused("data.npz", "inf as value 1 of sample 2");
  }
}

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
      std::vector<float> found = all.values;
      found.insert(found.end(), all.pixels.begin(), all.pixels.end());
      for (const double feature : all.features) found.push_back(static_cast<float>(feature));
      EXPECT_THAT(
          found, testing::ElementsAreArray(std::vector<float>(
                     numbers.begin(), numbers.begin() + static_cast<long>(samples->size() * size))))
          << name << " in blocks of " << most;
    }
    samples->skip(1);
    const SampleBlock second = samples->next(1);
    const float first = !second.pixels.empty()   ? second.pixels[0]
                        : !second.values.empty() ? second.values[0]
                                                 : static_cast<float>(second.features.at(0));
    EXPECT_EQ(first, numbers[size]) << name;
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
