#include <cstdlib>

#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "data/dataset.hpp"
#include "data/formats/image_folder.hpp"
#include "data/golden.hpp"

namespace clvae::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST_F(ImageFolderTest, has_classes_and_images_in_the_order_of_their_names) {
  put("train/b/2.pgm", pgm({5, 6}));
  put("train/b/10.pgm", pgm({3, 4}));
  put("train/B/x.PGM", pgm({1, 2}));
  put("test/b/1.pgm", pgm({7, 8}));
  put("test/a c/1.pgm", pgm({9, 10}));
  put("train/b/.hidden", {});
  put("README", {});

  const Dataset dataset = load();

  EXPECT_THAT(dataset.class_names, ElementsAre("B", "a c", "b"));
  EXPECT_EQ(dataset.train.shape, (ImageShape{1, 1, 2}));
  EXPECT_THAT(dataset.train.labels, ElementsAre(0, 2, 2));
  EXPECT_THAT(dataset.train.pixels, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(dataset.test.labels, ElementsAre(1, 2));
  EXPECT_THAT(dataset.test.pixels, ElementsAre(9, 10, 7, 8));
}

TEST_F(ImageFolderTest, counts_class_folders_by_size_when_their_names_are_numbers) {
  for (const char* label : {"10", "9", "-1"})
    put(std::string("train/") + label + "/x.pgm", pgm({1, 2}));
  put("test/9/x.pgm", pgm({1, 2}));

  EXPECT_THAT(load().class_names, ElementsAre("-1", "9", "10"));
}

TEST_F(ImageFolderTest, draws_the_same_test_split_of_every_class_when_there_is_none) {
  for (int i = 0; i < 10; ++i) {
    put("a/" + std::to_string(i) + ".pgm", pgm({static_cast<std::uint8_t>(i), 0}));
    if (i < 4) put("b/" + std::to_string(i) + ".pgm", pgm({static_cast<std::uint8_t>(i), 1}));
  }

  const Dataset dataset = load();
  const Dataset again = load();

  EXPECT_THAT(dataset.test.labels, ElementsAre(0, 0, 0, 0, 0, 1, 1));
  EXPECT_EQ(dataset.train.size(), 7U);
  EXPECT_EQ(again.test.pixels, dataset.test.pixels);
  EXPECT_EQ(again.fingerprint, dataset.fingerprint);
  std::vector<int> firsts;
  for (const LabelledImages* part : {&dataset.train, &dataset.test}) {
    for (std::size_t i = 0; i < part->size(); ++i) {
      if (part->labels[i] == 0) firsts.push_back(part->pixels[2 * i]);
    }
  }
  EXPECT_THAT(firsts, testing::UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
}

TEST_F(ImageFolderTest, reads_and_resizes_as_pillow_does) {
  const nlohmann::json images = golden("images.json");
  for (const auto& expected : images.at("cases")) {
    const std::string name = expected.at("name");
    remove("train");
    remove("test");
    put("train/one/" + name, from_hex(images.at("files").at(name)));
    put("test/one/x.pgm", pgm({1, 2}));
    reading_.is_legacy = name == "alpha.png";  // Pillow drops transparency, as versions before did
    const Dataset dataset =
        load({expected.at("channels"), expected.at("height"), expected.at("width")});
    const Bytes pixels = from_hex(expected.at("pixels"));
    ASSERT_EQ(dataset.train.pixels.size(), pixels.size()) << name;
    int largest = 0;
    for (std::size_t i = 0; i < pixels.size(); ++i) {
      largest = std::max(largest, std::abs(dataset.train.pixels[i] - pixels[i]));
    }
    // Pillow rounds once more in between.
    EXPECT_LE(largest, 1) << name << " to " << expected.at("channels") << " channels, "
                          << expected.at("height") << " x " << expected.at("width");
  }
}

TEST_F(ImageFolderTest, takes_16_bit_values_and_comments_when_a_pgm_has_them) {
  put("train/a/x.pgm", text_bytes(std::string("P5 # a comment\n2 1\n1000\n\x03\xe8\x01\xf4", 29)));
  put("test/a/x.pgm", pgm({1, 2}));

  EXPECT_THAT(load().train.pixels, ElementsAre(255, 128));
}

TEST_F(ImageFolderTest, names_the_file_when_an_image_is_damaged_or_cut_off) {
  const nlohmann::json files = golden("images.json").at("files");
  put("train/a/good.pgm", pgm({1, 2}));
  put("test/a/good.pgm", pgm({1, 2}));
  for (const auto& [name, content] : files.items()) {
    const Bytes whole = from_hex(content);
    for (const std::size_t length :
         {std::size_t{0}, std::size_t{3}, std::size_t{9}, whole.size() / 2, whole.size() - 20}) {
      put("train/a/" + name, Bytes(whole.begin(), whole.begin() + static_cast<long>(length)));
      EXPECT_THAT([&] { load(); }, ThrowsMessage<DataError>(HasSubstr("train/a/" + name)))
          << name << " of " << length << " bytes";
    }
    remove("train/a/" + name);
  }
  Bytes damaged = from_hex(files.at("rgb.png"));
  damaged[damaged.size() / 2] ^= 0x10U;
  put("train/a/bad.png", damaged);
  expect_refused("train/a/bad.png: found a damaged or cut-off PNG image");
}

TEST_F(ImageFolderTest, allocates_nothing_when_a_header_claims_a_huge_image) {
  put("a/x.pgm", text_bytes("P5 4000000000 4000000000 255\nx"));
  expect_refused("a/x.pgm: found an image of 4000000000 x 4000000000 pixels");
  put("a/x.pgm", text_bytes("P5 10000 10000 255\nx"));
  expect_refused("a/x.pgm: found a damaged or cut-off PGM");
  put("a/x.pgm", text_bytes("P5 99999999999999999999999 1 255\nx"));
  expect_refused("a/x.pgm: found a PGM or PPM header without");
}

TEST_F(ImageFolderTest, names_what_does_not_belong_in_the_folder) {
  expect_refused("no folders in it");
  put("a/x.pgm", pgm({1, 2}));
  std::filesystem::create_directories(folder_ + "/empty");
  expect_refused("empty: found no images in it");
  remove("empty");
  put("none/notes.txt", {'x'});
  put("none/deeper/Thumbs.db", {'x'});
  expect_refused("none: found no images in it, but 2 other files, such as none/deeper/Thumbs.db");
  remove("none");
  put("a/text.png", text_bytes("not an image"));
  expect_refused("a/text.png: found no image that is known");
  put("a/text.png", text_bytes("BM, a bitmap"));
  expect_refused("a/text.png: found a BMP image; expected a PNG, JPEG or TIFF");
  remove("a/text.png");
  std::filesystem::create_symlink("gone.png", file("a/link.png"));
  expect_refused("a/link.png: found a broken link, to gone.png");
  remove("a/link.png");
  std::filesystem::create_symlink("/nowhere/b", file("b"));
  expect_refused("/b: found a broken link, to /nowhere/b");
  remove("b");
  std::filesystem::create_symlink(file("a"), file("a/again"));
  expect_refused("folders more than 32 deep");
  remove("a/again");
  put("train/b/x.pgm", pgm({1, 2}));
  expect_refused("a folder beside train");
  remove("");
  expect_refused("no such folder");
}

using ImageTreeTest = UnlabelledTest;

TEST_F(ImageTreeTest, gives_all_images_of_a_tree_with_their_names) {
  take_images();
  put("cards/b/2.pgm", pgm({5, 6}));
  put("cards/b/10.PGM", pgm({3, 4}));
  put("cards/a/deep/er/x.pgm", pgm({1, 2}));
  put("cards/c.pgm", pgm({9, 9, 9, 9}));
  put("cards/notes.txt", {'x'});
  put("cards/.hidden.png", {'x'});
  put("cards/b/.thumbnails/1.pgm", pgm({0, 0}));
  std::filesystem::create_directories(file("cards/empty"));

  for (const std::size_t most : {1U, 3U, 9U}) {
    EXPECT_THAT(all_of("cards", most).pixels, ElementsAre(1, 2, 3, 4, 5, 6, 9, 9)) << most;
  }
  const auto samples = open("cards");
  EXPECT_EQ(samples->size(), 4U);
  EXPECT_EQ(samples->shape(), form_.shape);
  EXPECT_THAT(samples->names(), ElementsAre("a/deep/er/x.pgm", "b/10.PGM", "b/2.pgm", "c.pgm"));
  EXPECT_THAT(samples->warning(), HasSubstr("cards: passed over 1 file that is no image by its "
                                            "name, such as notes.txt"));
  samples->skip(2);
  EXPECT_THAT(samples->next(1).pixels, ElementsAre(5, 6));
}

TEST_F(ImageTreeTest, gives_one_image_and_the_test_split_of_a_dataset) {
  take_images();
  put("data/train/a/1.pgm", pgm({1, 2}));
  put("data/test/a/1.pgm", pgm({3, 4}));

  EXPECT_THAT(all_of("data", 4).pixels, ElementsAre(3, 4));
  EXPECT_THAT(open("data")->names(), ElementsAre("test/a/1.pgm"));
  EXPECT_EQ(open("data")->warning(), "");
  EXPECT_THAT(all_of("data/train/a/1.pgm", 4).pixels, ElementsAre(1, 2));
  EXPECT_THAT(open("data/train/a/1.pgm")->names(), ElementsAre("1.pgm"));
}

TEST_F(ImageTreeTest, brings_images_to_the_runs_channels_and_size) {
  form_.shape = {3, 1, 1};
  put("x/1.pgm", pgm({10, 30}));

  EXPECT_THAT(all_of("x", 1).pixels, ElementsAre(20, 20, 20));
}

TEST_F(ImageTreeTest, names_the_image_that_can_not_be_read) {
  take_images();
  std::filesystem::create_directories(file("empty"));
  expect_refused("empty", "no images in it");
  put("bad/1.pgm", pgm({1, 2}));
  put("bad/2.png", text_bytes("not an image"));
  expect_refused("bad", "bad/2.png: found no image that is known");
  put("bad/2.png", {});
  expect_refused("bad", "bad/2.png: found an empty file");
  const Bytes whole = from_hex(golden("images.json").at("files").at("rgb.png"));
  put("bad/2.png", Bytes(whole.begin(), whole.begin() + static_cast<long>(whole.size() / 2)));
  expect_refused("bad", "bad/2.png: found a damaged or cut-off PNG image");
  remove("bad/2.png");
  std::filesystem::create_symlink(file("bad"), file("bad/again"));
  expect_refused("bad", "folders more than 32 deep");
  put("single.png", text_bytes("nothing"));
  expect_refused("single.png", "no image that is known");
}

TEST_F(ImageTreeTest, is_refused_when_the_run_takes_no_image_files) {
  put("x/1.pgm", pgm({10, 30}));
  form_.shape = {5, 1, 1, true};
  expect_refused("x", "a folder; expected a file of vectors of 5 features");
  form_.shape = {2, 8, 8};
  expect_refused("x/1.pgm", "an image; expected a file of images of 2 x 8 x 8");
  form_.shape = {};
  expect_refused("x", "this run file doesn't tell the size");
}

}  // namespace
}  // namespace clvae::data
