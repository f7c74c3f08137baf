#include <cstring>
#include <limits>

#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "config/config.hpp"
#include "config/files.hpp"

namespace clvae::config {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::uint64_t bits(double value) {
  std::uint64_t copy = 0;
  std::memcpy(&copy, &value, sizeof copy);
  return copy;
}

/// A config in which every key has another value than its default.
Config unusual() {
  return parse(R"(
dataset: {format: hdf5, path: "a \"b\": c # é\\", stage: /scratch,
          image: {height: 20, width: 24, colour: grey, background: white, reading: legacy},
          axes: channels_last, scale: 4095, cifar100: {labels: coarse}, test_fraction: 0.25,
          csv: {label: kind, categorical: [a, "b c"], separator: tab},
          outlier_classes: [7, "a b"], excluded_classes: [6], test_mix: all, train_limit: 9,
          memory: blocks, blocks: {buffer: 5, samples: 6}}
ensemble: {methods: [cnn, vae, clvae], size: 7, sizes: {clvae: 2, vae: 3, cnn: 4},
           seed: 18446744073709551615, permutation: identity, max_attempts: 9}
model: {latent_dim: 5, centres: learned, centre_radius: 2.5000000000000004, hidden: 31,
        convolutions: [{channels: 3, stride: 1}], layers: [7, 7]}
training: {epochs: 2, batch_size: 3, learning_rate: 6.1e-5, schedule: one_cycle,
           precision: bfloat16, validation_fraction: 0.30000000000000004, patience: 5, alpha: 0.1,
           reconstruction: {error: cross_entropy, over: sum}, prior: {over: mean, at: sample},
           device: cuda, members_per_gpu: 12, threads: 4, checkpoint_every: 2 epochs}
store: {train_latents: false}
reduction: {score: peak_normalised, merge: max, draws: 3, confidence: 0.9, seed: 5,
            forecast_half_width: 0.01}
evaluation: [{name: "a b", path: "~x", format: npz, group: far, resize: true, scale: 255},
             {name: c, path: d}, {corruptions: all}]
output: "null"
)",
               "unusual.yaml");
}

std::vector<std::string> keys_of(const std::vector<Difference>& differences) {
  std::vector<std::string> keys;
  for (const Difference& difference : differences) keys.push_back(difference.key);
  return keys;
}

TEST(ToYaml, gives_an_equal_config_when_it_is_parsed) {
  const Config config = unusual();
  const Config again = parse(to_yaml(config), "again.yaml");

  EXPECT_EQ(to_yaml(again), to_yaml(config));
  EXPECT_EQ(again.dataset.path, "a \"b\": c # é\\");
  EXPECT_EQ(again.dataset.outlier_classes, config.dataset.outlier_classes);
  EXPECT_EQ(again.dataset.excluded_classes, config.dataset.excluded_classes);
  EXPECT_EQ(again.dataset.train_limit, 9);
  EXPECT_EQ(again.ensemble.sizes.at(Kind::vae), 3);
  EXPECT_EQ(again.ensemble.seed, std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(again.model.convolutions.size(), 1U);
  EXPECT_EQ(again.training.reconstruction.error, "cross_entropy");
  EXPECT_EQ(again.training.prior.at, "sample");
  EXPECT_EQ(again.training.members_per_gpu, 12);
  EXPECT_EQ(again.training.threads, 4);
  EXPECT_EQ(again.training.checkpoint_every, "2 epochs");
  ASSERT_EQ(again.evaluation.sets.size(), 2U);
  EXPECT_EQ(again.evaluation.sets[0].name, "a b");
  EXPECT_EQ(again.evaluation.sets[0].group, "far");
  EXPECT_TRUE(again.evaluation.sets[0].resize);
  EXPECT_EQ(again.evaluation.sets[0].scale, 255);
  EXPECT_EQ(again.evaluation.sets[1].path, "d");
  EXPECT_TRUE(again.evaluation.corruptions);
  EXPECT_EQ(again.output, "null");
  for (const KeyClass key_class : {KeyClass::identity, KeyClass::execution, KeyClass::reduction}) {
    EXPECT_THAT(keys_of(differences(config, again, key_class)), IsEmpty());
  }
}

TEST(ToYaml, keeps_every_bit_when_numbers_have_no_short_form) {
  Config config = parse(with_path(""), "c.yaml");
  for (const double value : {1.0 / 6.0, 0.1, 0.1 + 0.2, 1e-300, 5e-324, 1 - 1e-16, 0.7}) {
    config.training.alpha = value;
    EXPECT_EQ(bits(parse(to_yaml(config), "c.yaml").training.alpha), bits(value)) << value;
  }
}

TEST(ToYaml, keeps_texts_when_yaml_could_take_them_for_something_else) {
  Config config = parse(with_path(""), "c.yaml");
  for (const char* text : {"null",
                           "~",
                           "true",
                           "12",
                           "1e3",
                           "-",
                           "- a",
                           "#x",
                           "a: b",
                           "a #b",
                           " a ",
                           "'",
                           "\"",
                           "\\",
                           "[a]",
                           "{",
                           "*a",
                           "&a",
                           "!a",
                           "%a",
                           "@a",
                           "`a",
                           "?",
                           ":",
                           "|",
                           ">",
                           ",",
                           "---",
                           "...",
                           "runs/été",
                           "\xf0\x9f\x90\x8c",
                           "=",
                           "<<"}) {
    config.dataset.csv.label = text;
    EXPECT_EQ(parse(to_yaml(config), "c.yaml").dataset.csv.label, text) << to_yaml(config);
  }
}

TEST(ToYaml, writes_sections_once_when_keys_share_them) {
  const std::string text = to_yaml(parse(with_path(""), "c.yaml"));

  EXPECT_THAT(text, testing::StartsWith("dataset:\n  format: idx\n  path: somewhere\n"));
  EXPECT_THAT(text, testing::HasSubstr("\n  reconstruction:\n    error: squared\n    over: mean\n"
                                       "  prior:\n    over: sum\n    at: closed_form\n"
                                       "  device: auto\n"));
  EXPECT_THAT(text, testing::EndsWith("\noutput: \"\"\n"));
}

TEST(Differences, holds_every_key_of_a_class_when_all_values_differ) {
  const Config defaults = parse(with_path(""), "c.yaml");
  std::vector<std::string> found;
  for (const KeyClass key_class : {KeyClass::identity, KeyClass::execution, KeyClass::reduction}) {
    for (const Difference& difference : differences(defaults, unusual(), key_class)) {
      found.push_back(difference.key);
    }
  }
  std::vector<std::string> expected;
  for (const KeyClass key_class : {KeyClass::identity, KeyClass::execution, KeyClass::reduction}) {
    for (const KeyDescription& key : describe_keys()) {
      if (key.key == "training.optimizer") continue;  // has one allowed value only
      if (key.key_class == key_class) expected.push_back(key.key);
    }
  }

  EXPECT_EQ(found, expected);
}

TEST(Differences, tells_the_classes_apart_when_one_key_of_each_differs) {
  const Config stored = parse(with_path(""), "c.yaml");
  const Config wanted = parse(with_path(""), "c.yaml",
                              {"training.alpha=0.25", "training.threads=2", "reduction.draws=7"});

  const auto identity = differences(stored, wanted, KeyClass::identity);
  ASSERT_EQ(identity.size(), 1U);
  EXPECT_EQ(identity[0].key, "training.alpha");
  EXPECT_EQ(identity[0].stored, "0.16666666666666666");
  EXPECT_EQ(identity[0].wanted, "0.25");
  EXPECT_THAT(keys_of(differences(stored, wanted, KeyClass::execution)),
              ElementsAre("training.threads"));
  EXPECT_THAT(keys_of(differences(stored, wanted, KeyClass::reduction)),
              ElementsAre("reduction.draws"));
}

TEST(Differences, sees_lists_and_layers_when_one_item_differs) {
  const Config stored = parse(with_path(""), "c.yaml");
  const Config wanted =
      parse(with_path(""), "c.yaml",
            {"dataset.outlier_classes=[0, 1]",
             "model.convolutions=[{channels: 32, stride: 2}, {channels: 64, stride: 1}]"});

  EXPECT_THAT(keys_of(differences(stored, wanted, KeyClass::identity)),
              ElementsAre("dataset.outlier_classes", "model.convolutions"));
}

TEST(DescribeKeys, has_defaults_that_are_accepted_when_they_are_set) {
  const Config defaults = parse(with_path(""), "c.yaml");
  for (const KeyDescription& key : describe_keys()) {
    if (key.default_value == "required") continue;
    const Config config = parse(with_path(""), "c.yaml", {key.key + "=" + key.default_value});
    EXPECT_EQ(to_yaml(config), to_yaml(defaults)) << key.key;
  }
}

TEST(DescribeKeys, says_everything_when_asked_about_any_key) {
  for (const KeyDescription& key : describe_keys()) {
    EXPECT_FALSE(key.type.empty()) << key.key;
    EXPECT_FALSE(key.allowed.empty()) << key.key;
    EXPECT_FALSE(key.default_value.empty()) << key.key;
    EXPECT_GT(key.effect.size(), 60U) << key.key;
    EXPECT_EQ(key.effect.back(), '.') << key.key;
  }
}

}  // namespace
}  // namespace clvae::config
