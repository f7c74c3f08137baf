#include "data/reshaping.hpp"

#include <gmock/gmock.h>

#include "data/formats/unlabelled.hpp"

namespace clvae::data {
namespace {

using testing::ElementsAre;
using testing::Pointwise;
using testing::SizeIs;

constexpr int kHeight = 5;
constexpr int kWidth = 7;

/// What all samples of a file are as images of a shape.
class ReshapingTest : public UnlabelledTest {
 protected:
  SampleBlock reshaped_all(const std::string& name, const ImageShape& shape) const {
    const auto samples = reshaped(open(name), shape);
    EXPECT_EQ(samples->shape(), shape);
    return samples->next(100);
  }
  /// Values without pattern, 0..255.
  static Bytes noise(std::size_t count) {
    Bytes values;
    std::uint32_t state = 1;
    for (std::size_t i = 0; i < count; ++i) {
      state = state * 1664525U + 1013904223U;
      values.push_back(static_cast<std::uint8_t>(state >> 24U));
    }
    return values;
  }
};

TEST_F(ReshapingTest, gives_the_pixels_of_image_files_when_images_are_bytes) {
  const Bytes colour = noise(3 * kHeight * kWidth);  // channel by channel
  put("colour", idx(0x804, {1, 3, kHeight, kWidth}, colour));
  put("grey", idx(0x803, {1, kHeight, kWidth}, noise(kHeight * kWidth)));
  Bytes picture = text_bytes("P6\n7 5\n255\n");
  for (std::size_t i = 0; i < colour.size() / 3; ++i) {
    for (std::size_t channel = 0; channel < 3; ++channel) {
      picture.push_back(colour[channel * colour.size() / 3 + i]);
    }
  }
  put("colour.ppm", picture);
  picture = text_bytes("P5\n7 5\n255\n");
  for (const std::uint8_t value : noise(kHeight * kWidth)) picture.push_back(value);
  put("grey.pgm", picture);

  for (const ImageShape& shape : {ImageShape{1, 9, 4}, ImageShape{3, 9, 4}, ImageShape{3, 3, 11},
                                  ImageShape{1, kHeight, kWidth}, ImageShape{3, 1, 1}}) {
    form_.shape = shape;
    for (const std::string name : {"colour", "grey"}) {
      const std::string file = name == "colour" ? "colour.ppm" : "grey.pgm";
      EXPECT_EQ(reshaped_all(name, shape).pixels, all_of(file, 9).pixels)
          << name << " as " << describe(shape);
    }
  }
}

TEST_F(ReshapingTest, rounds_no_value_when_images_are_numbers) {
  const ImageShape colour{3, kHeight, kWidth};
  class Numbers : public UnlabelledSamples {
   public:
    explicit Numbers(std::vector<float> values) : values_(std::move(values)) {}
    ImageShape shape() const override { return {3, kHeight, kWidth}; }
    std::size_t size() const override { return 2; }
    SampleBlock next(std::size_t /*most*/) override { return {{}, std::move(values_), {}}; }
    void skip(std::size_t /*count*/) override {}

   private:
    std::vector<float> values_;
  };
  std::vector<float> values;
  const Bytes bytes = noise(2 * colour.pixels());
  for (const std::uint8_t byte : bytes) values.push_back(static_cast<float>(byte) / 255.0F);
  put("same", idx(0x804, {2, 3, kHeight, kWidth}, bytes));
  const ImageShape shape{1, 8, 8};

  const SampleBlock block = reshaped(std::make_unique<Numbers>(values), shape)->next(2);

  ASSERT_THAT(block.values, SizeIs(2 * shape.pixels()));
  std::vector<float> expected;
  for (const std::uint8_t byte : reshaped_all("same", shape).pixels) {
    expected.push_back(static_cast<float>(byte) / 255.0F);
  }
  EXPECT_THAT(block.values, Pointwise(testing::FloatNear(1.5F / 255), expected));
  EXPECT_NE(block.values, expected);
}

TEST_F(ReshapingTest, repeats_grey_and_keeps_white_white) {
  put("white", idx(0x803, {1, 1, 2}, {255, 0}));

  EXPECT_THAT(reshaped_all("white", {3, 1, 2}).pixels, ElementsAre(255, 0, 255, 0, 255, 0));
}

TEST(Reshaping, can_be_done_when_both_are_images_of_one_channel_or_three) {
  EXPECT_TRUE(can_be_reshaped({1, 28, 28}, {3, 32, 32}));
  EXPECT_TRUE(can_be_reshaped({3, 2, 2}, {1, 3, 3}));
  EXPECT_FALSE(can_be_reshaped({4, 28, 28}, {3, 28, 28}));
  EXPECT_FALSE(can_be_reshaped({3, 28, 28}, {2, 28, 28}));
  EXPECT_FALSE(can_be_reshaped({5, 1, 1, true}, {1, 28, 28}));
}

TEST_F(ReshapingTest, data_are_read_as_the_format_that_is_named) {
  take_images();
  put("data.csv", idx(0x803, {1, 1, 2}, {1, 2}));  // whose name says something else
  form_.format = "idx";

  EXPECT_THAT(all_of("data.csv", 2).pixels, ElementsAre(1, 2));

  form_.format = "png";
  EXPECT_THAT([&] { open("data.csv"); },
              testing::ThrowsMessage<UsageError>(testing::HasSubstr("known: idx")));
}

}  // namespace
}  // namespace clvae::data
