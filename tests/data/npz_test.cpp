#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "data/dataset.hpp"
#include "data/files.hpp"
#include "data/golden.hpp"

namespace clvae::data {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

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
        source.path = "nowhere.npz";
        load_npz(source);
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

TEST_F(NpzTest, takes_the_axes_that_the_source_names) {
  const auto bad = golden("npz.json").at("bad");
  const auto ambiguous = std::find_if(bad.begin(), bad.end(), [](const auto& archive) {
    return archive.at("name") == "ambiguous axes";
  });
  const Bytes file = from_hex(ambiguous->at("file"));

  EXPECT_EQ(load(file, Axes::channels_first).train.shape, (ImageShape{3, 8, 3}));
  EXPECT_EQ(load(file, Axes::channels_last).train.shape, (ImageShape{3, 3, 8}));
}

}  // namespace
}  // namespace clvae::data
