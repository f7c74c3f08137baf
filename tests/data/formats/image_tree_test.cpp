#include <gmock/gmock.h>

#include "data/formats/image_folder.hpp"
#include "data/split.hpp"

namespace clvae::data {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using ImageSplitsTest = ImageFolderTest;

TEST_F(ImageSplitsTest, pass_over_what_is_no_image_with_one_warning_that_counts_it) {
  put("train/a/1.pgm", pgm({1, 2}));
  put("train/a/1.json", {'x'});
  put("train/a/Thumbs.db", {'x'});
  put("train/b/1.pgm", pgm({3, 4}));
  put("train/b/desktop.ini", {'x'});
  put("train/b/._1.pgm", {'x'});
  put("__MACOSX/train/a/._1.pgm", {'x'});
  put("test/a/1.pgm", pgm({5, 6}));

  const Dataset dataset = load();

  EXPECT_THAT(dataset.train.pixels, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(dataset.warnings,
              ElementsAre(folder_ + ": passed over 3 files that are no image by their name, such "
                                    "as train/a/1.json"));
}

TEST_F(ImageSplitsTest, take_images_at_any_depth_below_their_class) {
  put("a/deep/er/1.pgm", pgm({1, 2}));
  put("a/2.pgm", pgm({3, 4}));
  put("a/z/1.pgm", pgm({5, 6}));
  put("b/1.pgm", pgm({7, 8}));
  put("b/2.pgm", pgm({9, 10}));

  const Dataset dataset = load();

  EXPECT_THAT(dataset.class_names, ElementsAre("a", "b"));
  EXPECT_EQ(dataset.train.size() + dataset.test.size(), 5U);
  EXPECT_THAT(dataset.warnings, IsEmpty());
}

TEST_F(ImageSplitsTest, have_the_names_that_people_give_them) {
  for (const auto& [train, test] :
       std::vector<std::pair<std::string, std::string>>{{"train", "test"},
                                                        {"Train", "Test"},
                                                        {"training", "testing"},
                                                        {"TRAINING", "val"},
                                                        {"train", "validation"}}) {
    put(train + "/a/1.pgm", pgm({1, 2}));
    put(test + "/a/1.pgm", pgm({3, 4}));

    const Dataset dataset = load();

    EXPECT_THAT(dataset.train.pixels, ElementsAre(1, 2)) << train;
    EXPECT_THAT(dataset.test.pixels, ElementsAre(3, 4)) << test;
    EXPECT_EQ(dataset.validation, 0U);
    take_images();
    EXPECT_THAT(all_of("", 4).pixels, ElementsAre(3, 4)) << test;
    remove(train);
    remove(test);
  }
}

TEST_F(ImageSplitsTest, are_classes_when_other_folders_stand_beside_training) {
  for (const char* label : {"Training", "gaming"}) {
    put(std::string(label) + "/1.pgm", pgm({1, 2}));
    put(std::string(label) + "/2.pgm", pgm({3, 4}));
  }
  EXPECT_THAT(load().class_names, ElementsAre("Training", "gaming"));
  remove("gaming");
  put("testing/1.pgm", pgm({1, 2}));
  put("testing/2.pgm", pgm({1, 2}));
  EXPECT_THAT(load().class_names, ElementsAre("Training", "testing"));
}

TEST_F(ImageSplitsTest, refuse_a_second_folder_of_a_split) {
  put("train/a/1.pgm", pgm({1, 2}));
  put("Train/a/1.pgm", pgm({1, 2}));
  expect_refused("train: found a folder beside train");
}

TEST_F(ImageSplitsTest, hold_out_the_validation_split_of_the_data_when_there_is_one) {
  for (int i = 0; i < 5; ++i) {
    const auto value = static_cast<std::uint8_t>(i);
    for (const char* label : {"a", "b", "c"}) {
      put("train/" + std::string(label) + "/" + std::to_string(i) + ".pgm", pgm({value, 0}));
    }
    put("test/a/" + std::to_string(i) + ".pgm", pgm({value, 1}));
  }
  put("val/a/1.pgm", pgm({7, 2}));
  put("val/b/1.pgm", pgm({8, 2}));
  put("val/c/1.pgm", pgm({9, 2}));

  const Dataset dataset = load();
  SplitOptions options;
  options.outlier_classes = {"c"};
  const Experiment experiment = draw_experiment(dataset, options);

  EXPECT_EQ(dataset.validation, 3U);
  EXPECT_EQ(experiment.train.size(), 10U);
  EXPECT_THAT(experiment.validation.labels, ElementsAre(0, 1));
  const auto validation = experiment.validation.values.bytes();
  EXPECT_THAT(std::vector<std::uint8_t>(validation.begin(), validation.end()),
              ElementsAre(7, 2, 8, 2));
  // The same samples without that split are another dataset.
  std::filesystem::rename(file("val/a/1.pgm"), file("train/a/9.pgm"));
  std::filesystem::rename(file("val/b/1.pgm"), file("train/b/9.pgm"));
  std::filesystem::rename(file("val/c/1.pgm"), file("train/c/9.pgm"));
  remove("val");
  EXPECT_NE(load().fingerprint, dataset.fingerprint);
}

TEST_F(ImageSplitsTest, refuse_a_validation_split_that_has_no_inliers) {
  for (const char* place : {"train/a", "train/b", "train/c", "test/a", "test/b", "test/c", "val/c"})
    put(std::string(place) + "/1.pgm", pgm({1, 2}));
  SplitOptions options;
  options.outlier_classes = {"c"};

  EXPECT_THAT([&] { draw_experiment(load(), options); },
              testing::ThrowsMessage<DataError>(HasSubstr("a validation split without inliers")));
}

using UnreadableImagesTest = UnlabelledTest;

TEST_F(UnreadableImagesTest, are_named_and_leave_the_others_in_their_places_when_skipped) {
  take_images();
  form_.skips_unreadable = true;
  put("x/1.pgm", pgm({1, 2}));
  put("x/2.pgm", text_bytes("P5 2 1 255\nx"));
  put("x/3.png", {});
  put("x/4.pgm", pgm({3, 4}));
  std::filesystem::create_symlink("gone", file("x/5.png"));

  const auto samples = open("x");
  const SampleBlock block = samples->next(9);

  EXPECT_THAT(block.pixels, ElementsAre(1, 2, 0, 0, 0, 0, 3, 4, 0, 0));
  EXPECT_THAT(block.unreadable, ElementsAre(1, 2, 4));
  const ReadingNotes notes = samples->notes();
  ASSERT_EQ(notes.unreadable.size(), 3U);
  EXPECT_EQ(notes.unreadable[0].index, 1U);
  EXPECT_EQ(notes.unreadable[0].name, "2.pgm");
  EXPECT_THAT(notes.unreadable[0].reason, HasSubstr("damaged or cut-off"));
  EXPECT_THAT(notes.unreadable[1].reason, HasSubstr("an empty file"));
  EXPECT_THAT(notes.unreadable[2].reason, HasSubstr("a broken link"));
}

}  // namespace
}  // namespace clvae::data
