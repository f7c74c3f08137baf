#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "config/config.hpp"
#include "config/files.hpp"

namespace clvae::config {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;
using testing::ThrowsMessage;

TEST(Override, replaces_the_value_when_the_file_has_one) {
  const Config config = parse(with_path("training:\n  epochs: 3\n"), "c.yaml",
                              {"training.epochs=4", "dataset.outlier_classes=[0,1]",
                               "training.prior.over= mean", "dataset.path=a=b"});

  EXPECT_EQ(config.training.epochs, 4);
  EXPECT_THAT(config.dataset.outlier_classes, ElementsAre("0", "1"));
  EXPECT_EQ(config.dataset.path, "a=b");
  EXPECT_EQ(config.training.prior.over, "mean");
}

TEST(Override, wins_when_it_comes_later) {
  const Config config = parse(with_path(""), "c.yaml", {"ensemble.size=4", "ensemble.size=5"});

  EXPECT_EQ(config.ensemble.size, 5);
}

TEST(Override, sets_the_path_when_the_file_has_none) {
  EXPECT_EQ(parse("output: x\n", "c.yaml", {"dataset.path=p"}).dataset.path, "p");
}

TEST(Override, takes_layers_and_null_when_they_are_given_as_yaml) {
  const Config config =
      parse("dataset: {path: p, train_limit: 3}\n", "c.yaml",
            {"model.convolutions=[{channels: 5, stride: 1}]", "dataset.train_limit=null"});

  ASSERT_EQ(config.model.convolutions.size(), 1U);
  EXPECT_EQ(config.model.convolutions[0].channels, 5);
  EXPECT_FALSE(config.dataset.train_limit.has_value());
}

TEST(Override, is_shown_when_it_is_refused) {
  for (const auto& [text, complaint] : std::vector<std::pair<std::string, std::string>>{
           {"training.epochs", "found \"training.epochs\"; allowed: KEY=VALUE"},
           {"=3", "found \"=3\"; allowed: KEY=VALUE"},
           {"", "found \"\"; allowed: KEY=VALUE"},
           {"training.epochs=", "training.epochs: found no value"},
           {"training.epochs=many", "training.epochs: found \"many\" in \"training.epochs=many\""},
           {"training.epochs=0", "training.epochs: found \"0\", out of range"},
           {"training.epochs=[1", "training.epochs: found a syntax error"},
           {"training.epochs=#", "training.epochs: found nothing in it"},
           {"training.epochs=3\n---\n4", "a second document"},
           {"training.epochs=*a", "training.epochs: found"},
           {"dataset.outlier_classes=[1,1]", "dataset.outlier_classes: found \"1\" twice in"},
           {"training.epoch=3", "\"epoch\" (did you mean epochs?)"},
           {"trainin.epochs=3", "(did you mean training.epochs?)"},
           {"training.prior.ovr=3", "\"ovr\" (did you mean over?)"},
           {"epochs=3", "(did you mean training.epochs?)"},
           {"training={epochs: 3}", "training: found a section"},
           {"training.=3", "unknown key \"\""},
           {".=3", "unknown key \".\""},
       }) {
    const std::vector<std::string> overrides = {text};
    EXPECT_THAT([&] { parse(with_path(""), "c.yaml", overrides); },
                ThrowsMessage<ConfigError>(AllOf(StartsWith("--set: "), HasSubstr(complaint))))
        << text;
  }
}

TEST(Override, is_named_when_it_contradicts_the_file) {
  EXPECT_THAT(
      [] {
        parse(with_path("training:\n  patience: 2\n"), "c.yaml",
              {"training.validation_fraction=0"});
      },
      ThrowsMessage<ConfigError>(AllOf(HasSubstr("--set: training.validation_fraction"),
                                       HasSubstr("training.patience 2"))));
  EXPECT_THAT(
      [] {
        parse(with_path("reduction:\n  merge: geometric\n"), "c.yaml",
              {"reduction.score=mahalanobis"});
      },
      ThrowsMessage<ConfigError>(
          AllOf(HasSubstr("c.yaml:5: reduction.merge"), HasSubstr("reduction.score mahalanobis"))));
}

TEST(Override, leaves_the_file_to_be_checked_when_it_replaces_a_wrong_value) {
  EXPECT_THROW(parse(with_path("training:\n  epochs: x\n"), "c.yaml", {"training.epochs=3"}),
               ConfigError);
}

}  // namespace
}  // namespace clvae::config
