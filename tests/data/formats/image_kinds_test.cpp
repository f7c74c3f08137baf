#include <cstdlib>

#include <gmock/gmock.h>

#include "data/formats/image_folder.hpp"
#include "data/formats/images/image_file.hpp"
#include "data/golden.hpp"

namespace clvae::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

const nlohmann::json& image_kinds() {
  static const nlohmann::json kinds = golden("image_kinds.json");
  return kinds;
}

Bytes kind_of_image(const std::string& name) {
  return from_hex(image_kinds().at("files").at(name));
}

Picture decoded(const Bytes& bytes, std::uint8_t background = 0) {
  ImageReading reading;
  reading.background = background;
  return with_channels(decode_picture(bytes, reading, "the image"), 3);
}

/// [height, width, channels] as Pillow's values have it.
Bytes channels_first(const Picture& picture) {
  Bytes values;
  for (std::size_t channel = 0; channel < 3; ++channel) {
    for (std::size_t i = channel; i < picture.values.size(); i += 3) {
      values.push_back(picture.values[i]);
    }
  }
  return values;
}

TEST(ImageKindsTest, are_read_as_pillow_shows_them) {
  for (const auto& expected : image_kinds().at("cases")) {
    const std::string name = expected.at("name");
    const Picture picture = decoded(kind_of_image(name), expected.at("background"));
    EXPECT_EQ(picture.height, expected.at("height")) << name;
    EXPECT_EQ(picture.width, expected.at("width")) << name;
    const Bytes found = channels_first(picture);
    const Bytes wanted = from_hex(expected.at("pixels"));
    ASSERT_EQ(found.size(), wanted.size()) << name;
    int largest = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
      largest = std::max(largest, std::abs(found[i] - wanted[i]));
    }
    EXPECT_LE(largest, expected.at("tolerance").get<int>())
        << name << " on " << expected.at("background");
  }
}

TEST(ImageKindsTest, have_no_hidden_colours) {
  EXPECT_EQ(decoded(kind_of_image("hidden.png")).values,
            decoded(kind_of_image("hidden_otherwise.png")).values);
}

TEST(ImageKindsTest, are_read_as_before_when_a_run_was_begun_so) {
  ImageReading legacy;
  legacy.is_legacy = true;
  const auto values = [&](const char* name) {
    return decode_picture(kind_of_image(name), legacy, name).values;
  };

  EXPECT_NE(values("hidden.png"), values("hidden_otherwise.png"));
  EXPECT_NE(values("gamma.png"), decoded(kind_of_image("gamma.png")).values);
  EXPECT_EQ(decode_picture(kind_of_image("turned6.jpg"), legacy, "").height, 11);
}

TEST(ImageKindsTest, tell_jpegs_that_end_oddly_from_those_that_are_cut_off) {
  for (const char* name : {"no_end.jpg", "stray.jpg", "progressive_no_end.jpg"}) {
    EXPECT_TRUE(decoded(kind_of_image(name)).has_flawed_end) << name;
  }
  for (const char* name : {"turned1.jpg", "cmyk.jpg", "progressive.jpg"}) {
    const Bytes whole = kind_of_image(name);
    EXPECT_FALSE(decoded(whole).has_flawed_end) << name;
    // Whatever is missing beside the end marker, and the few bits that may be padding.
    for (std::size_t length = 0; length + 4 < whole.size(); ++length) {
      const Bytes part(whole.begin(), whole.begin() + static_cast<long>(length));
      EXPECT_THROW(decoded(part), DataError) << name << ", " << length << " bytes";
    }
  }
}

TEST(ImageKindsTest, are_refused_when_they_are_damaged_or_cut_off) {
  for (const char* name : {"plain.tif", "packed.tiff", "deflate.tif", "bits.tif"}) {
    const Bytes whole = kind_of_image(name);
    for (const std::size_t length : {std::size_t{5}, std::size_t{12}, whole.size() / 4}) {
      const Bytes part(whole.begin(), whole.begin() + static_cast<long>(length));
      EXPECT_THAT([&] { decoded(part); },
                  ThrowsMessage<DataError>(HasSubstr("the image: found a damaged or cut-off TIFF")))
          << name << ", " << length << " bytes";
    }
  }
}

using FlawedImagesTest = ImageFolderTest;

TEST_F(FlawedImagesTest, are_counted_in_one_warning) {
  put("train/a/1.jpg", kind_of_image("no_end.jpg"));
  put("train/b/1.jpg", kind_of_image("stray.jpg"));
  put("train/b/2.jpg", kind_of_image("turned1.jpg"));
  put("test/a/1.pgm", pgm({1, 2}));
  take_images();

  EXPECT_THAT(load().warnings, ElementsAre(HasSubstr("2 JPEG images without an end marker")));
  const auto samples = open("train");
  samples->next(9);
  EXPECT_EQ(samples->notes().flawed, 2U);
  EXPECT_EQ(samples->notes().first_flawed, "a/1.jpg");
}

}  // namespace
}  // namespace clvae::data
