#include "report/choice.hpp"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "report/fixture.hpp"

namespace clvae::report {
namespace {

using testing::HasSubstr;
using testing::Not;

Candidate candidate(const std::string& value, const std::vector<double>& aucs) {
  Candidate made{{value}, {}};
  for (const double auc : aucs) made.cells.push_back({auc, auc - 0.01, auc + 0.01});
  return made;
}

Choosing choosing_of(std::vector<Candidate> candidates) {
  Choosing choosing;
  choosing.dataset = "MNIST";
  choosing.keys = {"model.latent_dim"};
  choosing.classes = {"5", "6", "7"};
  choosing.reported = {"0", "1"};
  choosing.criterion = "CL-VAE, latent divergence";
  choosing.candidates = std::move(candidates);
  return choosing;
}

TEST(Choice, is_the_highest_mean_over_the_classes) {
  const Choosing choosing =
      choosing_of({candidate("2", {0.7, 0.8, 0.9}), candidate("3", {0.99, 0.5, 0.6}),
                   candidate("8", {0.8, 0.8, 0.95})});

  const Choice choice = choice_of(choosing);

  EXPECT_EQ(choice.chosen, 2U);
  EXPECT_EQ(choice.runner_up, 0U);
  EXPECT_NEAR(choice.mean.auc, 0.85, 1e-12);
  EXPECT_NEAR(choice.mean.lower, 0.85 - 0.01 / std::sqrt(3), 1e-12);
}

TEST(Choice, has_the_interval_of_a_paired_t_test_over_the_classes) {
  // 0.05 -+ 4.30265273 * 0.05 / sqrt(3): the quantile of Student's t with 2 degrees of freedom.
  const Choice choice =
      choice_of(choosing_of({candidate("2", {0.7, 0.8, 0.9}), candidate("8", {0.8, 0.8, 0.95})}));

  EXPECT_NEAR(choice.gain.mean, 0.05, 1e-12);
  EXPECT_NEAR(choice.gain.lower, -0.07420688, 1e-8);
  EXPECT_NEAR(choice.gain.upper, 0.17420688, 1e-8);
}

TEST(Choice, is_the_first_of_equal_ones) {
  const Choice choice =
      choice_of(choosing_of({candidate("2", {0.5, 0.5, 0.5}), candidate("3", {0.5, 0.5, 0.5})}));

  EXPECT_EQ(choice.chosen, 0U);
  EXPECT_EQ(choice.runner_up, 1U);
  EXPECT_EQ(choice.gain.mean, 0);
}

TEST(Choice, leaves_settings_out_that_lack_a_class) {
  Choosing choosing =
      choosing_of({candidate("2", {0.99, kUnknown, 0.99}), candidate("3", {0.5, 0.6, 0.7})});

  const Choice choice = choice_of(choosing);

  EXPECT_EQ(choice.chosen, 1U);
  EXPECT_FALSE(choice.runner_up.has_value());
  choosing.candidates.pop_back();
  EXPECT_THROW(choice_of(choosing), RunError);
}

TEST(Choice, has_no_interval_when_there_is_one_class) {
  Choosing choosing = choosing_of({candidate("2", {0.7}), candidate("3", {0.8})});
  choosing.classes = {"5"};

  const Choice choice = choice_of(choosing);

  EXPECT_NEAR(choice.gain.mean, 0.1, 1e-12);
  EXPECT_TRUE(std::isnan(choice.gain.lower));
  EXPECT_THAT(describe(choosing, choice), Not(HasSubstr("over the classes")));
}

TEST(Choice, is_refused_when_lengths_disagree) {
  EXPECT_THROW(choice_of(choosing_of({candidate("2", {0.7})})), UsageError);
}

TEST(DescribeChoice, says_when_other_classes_may_have_chosen_otherwise) {
  const Choosing choosing =
      choosing_of({candidate("2", {0.7, 0.8, 0.9}), candidate("8", {0.8, 0.8, 0.95})});

  std::string text = describe(choosing, choice_of(choosing));
  std::replace(text.begin(), text.end(), '\n', ' ');

  EXPECT_THAT(text, HasSubstr("model.latent_dim=8, mean AUC 0.8500"));
  EXPECT_THAT(text, HasSubstr("model.latent_dim=2, behind by 0.0500"));
  EXPECT_THAT(text, HasSubstr("may have chosen"));
}

TEST(WriteChoiceJson, holds_what_was_chosen_by_what_and_all_that_was_tried) {
  const Folder folder;
  const Choosing choosing =
      choosing_of({candidate("2", {0.7, 0.8, 0.9}), candidate("8", {0.8, 0.8, 0.95}),
                   candidate("9", {0.8, kUnknown, 0.95})});

  write_choice_json(choosing, choice_of(choosing), folder.file("choice.json"));

  const auto json = nlohmann::json::parse(content_of_file(folder.file("choice.json")));
  EXPECT_EQ(json["chosen"]["model.latent_dim"], "8");
  EXPECT_EQ(json["runner_up"]["model.latent_dim"], "2");
  EXPECT_EQ(json["choosing_classes"], nlohmann::json({"5", "6", "7"}));
  EXPECT_EQ(json["candidates"].size(), 3U);
  EXPECT_EQ(json["candidates"][0]["auc"]["6"], 0.8);
  EXPECT_TRUE(json["candidates"][2]["mean_auc"].is_null());
}

}  // namespace
}  // namespace clvae::report
