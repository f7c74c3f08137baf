#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "config/config.hpp"
#include "config/files.hpp"
#include "core/paths.hpp"

namespace clvae::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

class LoadTest : public FolderTest {};

TEST(Parse, gives_the_defaults_when_only_the_path_is_set) {
  const Config config = parse(with_path(""), "c.yaml");

  Config expected;
  expected.dataset.path = "somewhere";
  EXPECT_EQ(to_yaml(config), to_yaml(expected));
}

TEST(Parse, takes_every_type_when_values_are_well_formed) {
  const Config config = parse(
      "dataset: {path: 'my data', outlier_classes: [3, 1], train_limit: 12}\n"
      "ensemble:\n  seed: 18446744073709551615\n  methods: [clvae]\n"
      "model:\n"
      "  convolutions:\n"
      "    - {channels: 8, stride: 1}\n"
      "    - stride: 2\n      channels: 16\n"
      "training:\n  learning_rate: 6e-3\n  reconstruction:\n    over: sum\n"
      "reduction: {score: peak_normalised, confidence: .9}\n",
      "c.yaml");

  EXPECT_EQ(config.dataset.path, "my data");
  EXPECT_THAT(config.dataset.outlier_classes, ElementsAre("3", "1"));
  EXPECT_EQ(config.dataset.train_limit, 12);
  EXPECT_EQ(config.ensemble.seed, 18446744073709551615U);
  ASSERT_EQ(config.model.convolutions.size(), 2U);
  EXPECT_EQ(config.model.convolutions[0].channels, 8);
  EXPECT_EQ(config.model.convolutions[0].stride, 1);
  EXPECT_EQ(config.model.convolutions[1].channels, 16);
  EXPECT_EQ(config.training.learning_rate, 6e-3);
  EXPECT_EQ(config.training.reconstruction.over, "sum");
  EXPECT_EQ(config.reduction.confidence, 0.9);
}

TEST(Parse, takes_null_when_a_limit_is_optional) {
  const Config config = parse("dataset: {path: p, train_limit: null}\n", "c.yaml");

  EXPECT_FALSE(config.dataset.train_limit.has_value());
}

TEST(Parse, takes_line_ends_and_byte_order_mark_when_a_file_is_from_windows) {
  const Config config = parse(
      "\xef\xbb\xbf"
      "dataset:\r\n  path: p\r\noutput: runs/x\r\n",
      "c.yaml");

  EXPECT_EQ(config.dataset.path, "p");
  EXPECT_EQ(config.output, "runs/x");
}

TEST(Parse, puts_the_home_folder_in_place_of_a_tilde_in_paths) {
  const std::string home = with_home("~");
  const Config config =
      parse("dataset:\n  path: ~/data\n  stage: ~/stage\n  csv: {label: ~name}\noutput: ~/runs/x\n",
            "c.yaml");

  EXPECT_EQ(config.dataset.path, home + "/data");
  EXPECT_EQ(config.dataset.stage, home + "/stage");
  EXPECT_EQ(config.output, home + "/runs/x");
  EXPECT_EQ(config.dataset.csv.label, "~name");
}

TEST(ParseStored, reads_images_as_the_version_did_that_wrote_it) {
  EXPECT_EQ(parse_stored(with_path(""), "run.h5").dataset.image.reading, "legacy");
  EXPECT_EQ(parse_stored(to_yaml(parse(with_path(""), "c.yaml")), "run.h5").dataset.image.reading,
            "standard");
}

TEST_F(LoadTest, gives_the_config_when_the_file_is_there) {
  const std::string path = write("a.yaml", with_path("output: here\n"));

  EXPECT_EQ(load(path).output, "here");
  EXPECT_EQ(load(path, {"output=there"}).output, "there");
}

TEST_F(LoadTest, names_the_file_and_line_when_a_value_is_wrong) {
  const std::string path = write("a.yaml", with_path("training:\n  epochs: many\n"));

  EXPECT_THAT([&] { load(path); },
              ThrowsMessage<ConfigError>(HasSubstr(path + ":5: training.epochs: found \"many\"")));
}

TEST_F(LoadTest, says_what_is_the_matter_when_there_is_no_such_file) {
  EXPECT_THAT([&] { load(folder_ + "/none.yaml"); },
              ThrowsMessage<ConfigError>(AllOf(HasSubstr("none.yaml"), HasSubstr("no such file"))));
}

TEST_F(LoadTest, says_what_is_the_matter_when_the_path_is_a_folder) {
  EXPECT_THAT([&] { load(folder_); },
              ThrowsMessage<ConfigError>(AllOf(HasSubstr(folder_), HasSubstr("a directory"))));
}

TEST_F(LoadTest, says_what_is_the_matter_when_the_file_is_too_large) {
  const std::string filler(std::size_t{1} << 20, '#');
  const std::string path = write("large.yaml", with_path(filler));
  const std::string just_fits = write("fits.yaml", with_path(filler).substr(0, 1U << 20U));

  EXPECT_THAT([&] { load(path); }, ThrowsMessage<ConfigError>(HasSubstr("more than 1 MiB")));
  EXPECT_NO_THROW(load(just_fits));
  EXPECT_THAT([] { load("/dev/zero"); }, ThrowsMessage<ConfigError>(HasSubstr("more than 1 MiB")));
}

TEST_F(LoadTest, gives_the_bytes_when_the_text_alone_is_wanted) {
  const std::string text = "\xff\r\nany: thing";

  EXPECT_EQ(read_text(write("raw", text)), text);
}

}  // namespace
}  // namespace clvae::config
