#include "clvae/core/errors.hpp"

#include <chrono>

#include <gmock/gmock.h>

#include "config/config.hpp"
#include "config/files.hpp"

namespace clvae::config {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::ThrowsMessage;

/// A text that is refused, and what the message has to say.
struct BadText {
  std::string text;
  std::string where;  ///< "LINE: KEY", after "c.yaml:"
  std::string complaint;
};

void expect_refused(const std::vector<BadText>& bad_texts) {
  for (const BadText& bad : bad_texts) {
    EXPECT_THAT(
        [&] { parse(bad.text, "c.yaml"); },
        ThrowsMessage<ConfigError>(AllOf(HasSubstr("c.yaml:" + bad.where), HasSubstr(bad.complaint),
                                         HasSubstr("allowed: "), Not(HasSubstr("\n")))))
        << bad.text.substr(0, 200);
  }
}

TEST(Parse, names_the_nearest_key_when_one_is_unknown) {
  expect_refused({
      {with_path("trainng: {}\n"), "4: trainng: ",
       "\"trainng\" (did you mean training?); allowed: dataset, ensemble, model, training"},
      {with_path("training:\n  epochs: 3\n  batchsize: 3\n"), "6: training.batchsize: ",
       "\"batchsize\" (did you mean batch_size?); allowed: epochs, batch_size,"},
      {with_path("training:\n  prior: {ovr: sum}\n"),
       "5: training.prior.ovr: ", "\"ovr\" (did you mean over?); allowed: over, at"},
      {with_path("epochs: 3\n"), "4: epochs: ", "(did you mean training.epochs?)"},
      {with_path("model:\n  alpha: 0.5\n"), "5: model.alpha: ", "(did you mean training.alpha?)"},
      {with_path("xyzzy_and_nothing_else: 3\n"), "4: ", "\"xyzzy_and_nothing_else\"; allowed"},
      {with_path("training.epochs: 3\n"), "4: training.epochs: ", "a dotted key"},
      {with_path("<<: {epochs: 3}\n"), "4: ", "\"<<\""},
      {with_path("\"a\\nb\": 3\n"), "4: ", "a\\x0ab"},
      {with_path(std::string(900, 'k') + ": 3\n"), "4: ", "kkk...\""},
      {with_path("model:\n  convolutions:\n    - {channels: 3, strides: 1}\n"),
       "6: model.convolutions: ", "\"strides\" (did you mean stride?)"},
  });
}

TEST(Parse, says_what_was_found_when_a_key_comes_twice) {
  expect_refused({
      {with_path("output: a\noutput: b\n"), "5: output: ", "a second time, after line 4"},
      {with_path("dataset:\n  format: idx\n"), "4: dataset: ", "a second time, after line 2"},
      {with_path("training:\n  epochs: 3\n  \"epochs\": 3\n"),
       "6: training.epochs: ", "a second time, after line 5"},
      {with_path("model:\n  convolutions: [{channels: 3, channels: 3, stride: 1}]\n"),
       "5: model.convolutions: ", "channels a second time"},
  });
}

TEST(Parse, says_what_was_found_when_an_integer_is_wanted) {
  for (const auto& [value, complaint] : std::vector<std::pair<std::string, std::string>>{
           {"12abc", "found \"12abc\""},
           {"1.5", "found \"1.5\""},
           {"3.0", "found \"3.0\""},
           {"1e3", "found \"1e3\""},
           {"true", "found \"true\""},
           {".nan", "found \".nan\""},
           {"0x10", "found \"0x10\""},
           {"010", "found \"010\""},
           {"+3", "found \"+3\""},
           {"1_000", "found \"1_000\""},
           {"--3", "found \"--3\""},
           {"\"3\"", "found \"3\" (a text, because it is quoted)"},
           {"[3]", "found a list"},
           {"{a: 3}", "found a mapping"},
           {"", "found nothing"},
           {"~", "found nothing"},
           {"0", "found \"0\", out of range"},
           {"-1", "found \"-1\", out of range"},
           {"100001", "found \"100001\", out of range"},
           {"2147483648", "found \"2147483648\", out of range"},
           {"99999999999999999999999", "out of range"},
       }) {
    expect_refused({{with_path("training:\n  epochs: " + value + "\n"), "5: training.epochs: ",
                     complaint + (value.size() > 20 ? "" : "; allowed: integer, 1 to 100000")}});
  }
}

TEST(Parse, says_what_was_found_when_a_number_is_wanted) {
  for (const auto& [value, complaint] : std::vector<std::pair<std::string, std::string>>{
           {".nan", "found \".nan\""},
           {"nan", "found \"nan\", out of range"},
           {"inf", "found \"inf\", out of range"},
           {"-inf", "found \"-inf\", out of range"},
           {"1e999", "found \"1e999\", out of range"},
           {"1e-999", "found \"1e-999\", out of range"},
           {"0", "found \"0\", out of range"},
           {"1", "found \"1\", out of range"},
           {"-0.5", "found \"-0.5\", out of range"},
           {"1/6", "found \"1/6\""},
           {"0.5x", "found \"0.5x\""},
           {"0,5", "found \"0,5\""},
           {"yes", "found \"yes\""},
           {"[0.5]", "found a list"},
           {"'0.5'", "found \"0.5\" (a text, because it is quoted)"},
           {"", "found nothing"},
       }) {
    expect_refused({{with_path("training:\n  alpha: " + value + "\n"),
                     "5: training.alpha: ", complaint + "; allowed: number, above 0, below 1"}});
  }
}

TEST(Parse, says_what_was_found_when_a_seed_overflows) {
  expect_refused({
      {with_path("ensemble:\n  seed: 18446744073709551616\n"),
       "5: ensemble.seed: ", "out of range"},
      {with_path("ensemble:\n  seed: -1\n"), "5: ensemble.seed: ", "out of range"},
  });
}

TEST(Parse, names_the_nearest_word_when_one_is_not_allowed) {
  expect_refused({
      {with_path("reduction:\n  score: densty\n"), "5: reduction.score: ",
       "\"densty\" (did you mean density?); allowed: word, density, peak_normalised, mahalanobis"},
      {with_path("reduction:\n  score: true\n"), "5: reduction.score: ", "found \"true\";"},
      {with_path("reduction:\n  score: [density]\n"), "5: reduction.score: ", "found a list"},
      {with_path("ensemble:\n  methods: [clave]\n"), "5: ensemble.methods: ",
       "\"clave\" (did you mean clvae?); allowed: list of words, some of: clvae"},
      {with_path("ensemble:\n  methods: [clvae, clvae]\n"), "5: ensemble.methods: ", "clvae twice"},
      {with_path("ensemble:\n  methods: []\n"), "5: ensemble.methods: ", "an empty list"},
      {with_path("ensemble:\n  methods: [clvae, pac]\n"), "5: ensemble.methods: ",
       "\"pac\" (did you mean pca?); allowed: list of words, some of: clvae, vae, cnn, pca"},
      {with_path("ensemble:\n  sizes: {vae: 0}\n"), "5: ensemble.sizes.vae: ",
       "\"0\", out of range; allowed: integer or null, 1 to 100000, or null: as many as"},
      {with_path("ensemble:\n  sizes: {pca: 2}\n"),
       "5: ensemble.sizes.pca: ", "the unknown key \"pca\""},
      {with_path("model:\n  centres: learnt\n"),
       "5: model.centres: ", "\"learnt\" (did you mean learned?); allowed: word, fixed, learned"},
      {with_path("ensemble:\n  methods: clvae\n"), "5: ensemble.methods: ", "found \"clvae\""},
      {with_path("training:\n  optimizer: sgd\n"),
       "5: training.optimizer: ", "allowed: word, adam"},
      {with_path("reduction:\n  merge: " + std::string(100'000, 'm') + "\n"),
       "5: reduction.merge: ", "mmm...\"; allowed"},
  });
}

TEST(Parse, says_what_was_found_when_a_list_of_classes_is_wrong) {
  const auto with_classes = [](const std::string& classes) {
    return "dataset:\n  path: p\n  outlier_classes: " + classes + "\n";
  };
  expect_refused({
      {with_classes("0"),
       "3: dataset.outlier_classes: ", "found \"0\"; allowed: list of numbers or texts"},
      {with_classes("[]"), "3: dataset.outlier_classes: ", "an empty list"},
      {with_classes("[1, 1]"), "3: dataset.outlier_classes: ", "found \"1\" twice"},
      {with_classes("['']"), "3: dataset.outlier_classes: ", "found an empty text"},
      {with_classes("[a, 1, a]"), "3: dataset.outlier_classes: ", "found a twice"},
      {with_classes("[1,,2]"), "3: dataset.outlier_classes: ", "found"},
      {with_classes("\n    - 1\n    - [2]"), "5: dataset.outlier_classes: ", "found a list"},
      {with_classes("{a: 1}"), "3: dataset.outlier_classes: ", "found a mapping"},
  });
}

TEST(Parse, says_what_was_found_when_convolutions_are_wrong) {
  const auto with_layers = [](const std::string& layers) {
    return with_path("model:\n  convolutions: " + layers + "\n");
  };
  const std::string where = "5: model.convolutions: ";
  std::string many = "[";
  for (int i = 0; i < 17; ++i) many += "{channels: 1, stride: 1},";
  expect_refused({
      {with_layers("[]"), where, "an empty list"},
      {with_layers("3"), where, "found \"3\""},
      {with_layers("[3]"), where, "found \"3\""},
      {with_layers("[{channels: 3}]"), where, "a layer without stride"},
      {with_layers("[{stride: 1}]"), where, "a layer without channels"},
      {with_layers("[{channels: 3, stride: 3}]"), where, "found \"3\", out of range"},
      {with_layers("[{channels: 3, stride: 0}]"), where, "found \"0\", out of range"},
      {with_layers("[{channels: 0, stride: 1}]"), where, "found \"0\", out of range"},
      {with_layers("[{channels: [3], stride: 1}]"), where, "found a list"},
      {with_layers(many + "]"), where, "a list of 17 items"},
  });
}

TEST(Parse, names_the_set_and_its_key_when_a_set_to_evaluate_on_is_wrong) {
  const auto with_sets = [](const std::string& sets) {
    return with_path("evaluation:" + sets + "\n");
  };
  const std::string first = "5: evaluation[0]";
  expect_refused({
      {with_sets(" 3"), "4: evaluation: ", "found \"3\"; allowed: list of {name, path, format"},
      {with_sets("\n  - a"), first + ": ", "found \"a\""},
      {with_sets("\n  - {path: p}"), first + ": ", "found no name"},
      {with_sets("\n  - {name: a}"), first + ": ", "found no path"},
      {with_sets("\n  - {name: a, path: p, grup: near}"), first + ": ",
       "the unknown key \"grup\" (did you mean group?)"},
      {with_sets("\n  - {name: a, path: p, group: nearby}"),
       first + ".group: ", "found \"nearby\" (did you mean near?); allowed: near, far"},
      {with_sets("\n  - {name: a, path: p, format: ixd}"),
       first + ".format: ", "(did you mean idx?); allowed: idx, cifar10"},
      {with_sets("\n  - {name: a, path: p, resize: 1}"), first + ".resize: ", "true or false"},
      {with_sets("\n  - {name: a, path: p, scale: 0}"), first + ".scale: ", "out of range"},
      {with_sets("\n  - {name: a/b, path: p}"), first + ".name: ", "can't be a folder's"},
      {with_sets("\n  - {name: figure3.svg, path: p}"), first + ".name: ", "tables and figures"},
      {with_sets("\n  - {name: a, name: b, path: p}"), first + ".name: ", "a second time"},
      {with_sets("\n  - {name: a, path: p}\n  - {name: a, path: q}"),
       "6: evaluation[1]: ", "the name \"a\" twice"},
      {with_sets("\n  - {corruptions: some}"), first + ".corruptions: ", "allowed: all"},
      {with_sets("\n  - {corruptions: all, name: a}"), first + ": ", "beside other keys"},
      {with_sets("\n  - {corruptions: all}\n  - {corruptions: all}"),
       "6: evaluation[1]: ", "corruptions a second time"},
  });
}

TEST(Parse, says_what_was_found_when_other_values_are_out_of_range) {
  expect_refused({
      {"dataset:\n  path: p\n  train_limit: 0\n", "3: dataset.train_limit: ",
       "found \"0\", out of range; allowed: integer or null, 1 to 100000000, or null: no limit"},
      {with_path("ensemble:\n  size: 0\n"), "5: ensemble.size: ", "out of range"},
      {with_path("ensemble:\n  max_attempts: 0\n"), "5: ensemble.max_attempts: ", "out of range"},
      {with_path("model:\n  latent_dim: 1\n"), "5: model.latent_dim: ", "out of range"},
      {with_path("model:\n  centre_radius: 0\n"), "5: model.centre_radius: ", "out of range"},
      {with_path("training:\n  batch_size: 0\n"), "5: training.batch_size: ", "out of range"},
      {with_path("training:\n  learning_rate: 0\n"), "5: training.learning_rate: ", "out of range"},
      {with_path("training:\n  validation_fraction: 1\n"),
       "5: training.validation_fraction: ", "out of range; allowed: number, 0 to 0.9"},
      {with_path("training:\n  threads: 0\n"), "5: training.threads: ", "out of range"},
      {with_path("training:\n  checkpoint_every: 10\n"), "5: training.checkpoint_every: ", "never"},
      {with_path("training:\n  threads: 1025\n"), "5: training.threads: ", "1 to 1024"},
      {with_path("training:\n  members_per_gpu: 33\n"),
       "5: training.members_per_gpu: ", "auto, or 1 to 32"},
      {with_path("training:\n  members_per_gpu: many\n"),
       "5: training.members_per_gpu: ", "auto, or 1 to 32"},
      {with_path("reduction:\n  draws: 0\n"), "5: reduction.draws: ", "out of range"},
      {with_path("reduction:\n  confidence: 1\n"), "5: reduction.confidence: ", "out of range"},
  });
}

TEST(Parse, says_what_was_found_when_true_or_false_is_wanted) {
  for (const std::string value : {"yes", "0", "True", "\"true\"", "~", "[true]"}) {
    expect_refused({{with_path("store:\n  train_latents: " + value + "\n"),
                     "5: store.train_latents: ", "allowed: boolean, true or false"}});
  }
}

TEST(Parse, says_what_was_found_when_a_text_is_wrong) {
  expect_refused({
      {"dataset:\n  path:\n", "2: dataset.path: ", "found nothing"},
      {"dataset:\n  path: \"\"\n", "2: dataset.path: ", "an empty text"},
      {"dataset:\n  path: [a]\n", "2: dataset.path: ", "a list"},
      {"dataset:\n  path: \"a\\nb\"\n", "2: dataset.path: ", "a control character"},
      {"dataset:\n  path: \"a\\0b\"\n", "2: dataset.path: ", "a control character"},
      {"dataset:\n  path: " + std::string(4097, 'p') + "\n", "2: dataset.path: ", "4097 bytes"},
      {with_path("output:\n"), "4: output: ", "found nothing"},
  });
}

TEST(Parse, asks_for_the_path_when_there_is_none) {
  EXPECT_THAT([] { parse("output: a\n", "c.yaml"); },
              ThrowsMessage<ConfigError>(
                  AllOf(HasSubstr("c.yaml: dataset.path: found nothing"), HasSubstr("required"))));
}

TEST(Parse, says_what_was_found_when_a_section_is_no_mapping) {
  expect_refused({
      {"- a\n", "1: ", "found a list; allowed: a mapping of dataset, ensemble"},
      {"hello\n", "1: ", "found \"hello\""},
      {"~\n", "1: ", "found nothing"},
      {with_path("training: 3\n"), "4: training: ", "found \"3\"; allowed: a mapping of epochs"},
      {with_path("training:\noutput: a\n"), "4: training: ", "found nothing; allowed: a mapping"},
      {with_path("training:\n  prior: [sum]\n"), "5: training.prior: ", "found a list"},
      {with_path("training:\n  prior.over: sum\n"), "5: training.prior.over: ", "a dotted key"},
  });
}

TEST(Parse, says_so_when_there_is_nothing) {
  for (const char* text : {"", "\n\n", "# only a comment\n", "   \n"}) {
    EXPECT_THAT([&] { parse(text, "c.yaml"); },
                ThrowsMessage<ConfigError>(HasSubstr("c.yaml: found nothing in it")))
        << text;
  }
}

TEST(Parse, names_the_line_when_the_syntax_is_wrong) {
  expect_refused({
      {with_path("training: {epochs: 3\n"), "", "a syntax error"},
      {with_path("a: b: c\n"), "4: ", "a syntax error"},
      {with_path("training:\n\tepochs: 3\n"), "", "found"},
      {with_path("training:\n  epochs: 3\n bad: 3\n"), "", "a syntax error"},
      {with_path("output: \"never closed\n"), "", "a syntax error"},
      {with_path("output: \"never closed\ntraining: {}\n"), "", "a syntax error"},
      {with_path("output: 'never closed\n\n# a comment\n"), "", "a syntax error"},
      {with_path("output: @x\n"), "4: ", "a syntax error"},
      {with_path("output: [a]]\n"), "4: ", "found"},
      {with_path("? [a, b]\n: 3\n"), "4: ", "a list as a key"},
      {with_path(": 3\n"), "4: ", "nothing as a key"},
      {with_path("---\noutput: a\n"), "", "a second document"},
  });
}

TEST(Parse, refuses_anchors_aliases_and_tags_when_they_are_used) {
  expect_refused({
      {with_path("training: &a {epochs: 3}\n"), "4: ", "the anchor \"&a\""},
      {with_path("output: &a x\n"), "4: ", "the anchor"},
      {with_path("training: *a\n"), "4: ", "found"},
      {with_path("output: !!str 3\n"), "4: ", "the tag"},
      {with_path("training: !!map {epochs: 3}\n"), "4: ", "the tag"},
      {with_path("output: !mine 3\n"), "4: ", "the tag"},
  });
}

TEST(Parse, stays_quick_when_a_text_is_made_to_blow_up) {
  const auto begin = std::chrono::steady_clock::now();
  std::string laughs = "a: &a [x,x,x,x,x,x,x,x,x]\n";
  for (char name = 'b'; name <= 'z'; ++name) {
    const std::string before = "*" + std::string(1, static_cast<char>(name - 1));
    laughs += std::string(1, name) + ": &" + name + " [" + before;
    for (int i = 0; i < 8; ++i) laughs += "," + before;
    laughs += "]\n";
  }
  std::string long_list = "output: [";
  for (int i = 0; i < 300'000; ++i) long_list += "1,";
  std::string brackets = "output: " + std::string(200'000, '[');
  std::string dashes;
  for (int i = 0; i < 200'000; ++i) dashes += "- ";

  expect_refused({{laughs, "1: ", "the anchor"},
                  {long_list + "1]\n", "1: ", "more than 20000 values"},
                  {brackets, "1: ", "nested more than 16 deep"},
                  {dashes, "1: ", "nested more than 16 deep"}});

  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
}

TEST(Parse, names_line_and_byte_when_a_text_is_not_utf8) {
  using namespace std::string_literals;
  expect_refused({
      {with_path("output: \xff\n"), "4: ", "the byte 0xff, not UTF-8"},
      {with_path("output: \xc3\n"), "4: ", "the byte 0xc3"},
      {with_path("output: \xc0\xaf\n"), "4: ", "the byte 0xc0"},
      {with_path("output: \xed\xa0\x80\n"), "4: ", "the byte 0xed"},
      {with_path("output: \xf4\x90\x80\x80\n"), "4: ", "the byte 0xf4"},
      {with_path("output: \xe2\x82"), "4: ", "the byte 0xe2"},
      {with_path("output: a\0b\n"s), "4: ", "the control character 0x00"},
      {with_path("output: a\n\x04training: {epochs: x}\n"), "5: ", "the control character 0x04"},
      {"\xff\xfe"
       "a\0:\0"s,
       "1: ", "the byte 0xff"},
  });
}

TEST(Parse, names_both_keys_when_they_contradict_each_other) {
  expect_refused({
      {with_path("training:\n  validation_fraction: 0\n  patience: 3\n"),
       "5: training.validation_fraction: ", "found 0 together with training.patience 3"},
      {with_path("reduction:\n  merge: geometric\n  score: mahalanobis\n"),
       "5: reduction.merge: ", "found geometric together with reduction.score mahalanobis"},
      {"dataset:\n  path: d\n  memory: blocks\n",
       "3: dataset.memory: ", "found blocks together with dataset.format idx"},
      {"dataset:\n  path: d\n  format: hdf5\n  memory: blocks\nensemble:\n  methods: [cnn, pca]\n",
       "6: ensemble.methods: ", "found pca together with dataset.memory blocks"},
  });
  EXPECT_NO_THROW(
      parse(with_path("training:\n  validation_fraction: 0\n  patience: 0\n"), "c.yaml"));
}

TEST(Parse, carries_its_values_when_it_refuses) {
  try {
    parse(with_path("training:\n  epochs: 0\n"), "c.yaml");
    FAIL();
  } catch (const ConfigError& error) {
    EXPECT_EQ(error.place().file, "c.yaml");
    EXPECT_EQ(error.place().line, 5);
    EXPECT_EQ(error.place().key, "training.epochs");
    EXPECT_EQ(error.allowed(), "integer, 1 to 100000");
    EXPECT_EQ(error.exit_status(), ExitStatus::usage);
  }
}

}  // namespace
}  // namespace clvae::config
