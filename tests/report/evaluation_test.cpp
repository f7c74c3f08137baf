#include "report/evaluation.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "report/fixture.hpp"

namespace clvae::report {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

EvaluationRow evaluation_row(const std::string& set, const std::string& group, double auroc) {
  EvaluationRow row;
  row.set = set;
  row.group = group;
  row.method = "clvae";
  row.score = "density";
  row.merge = "mean";
  row.title = "CL-VAE, latent divergence";
  row.members = 3;
  row.fpr_at_95_tpr = 0.25;
  row.auroc = auroc;
  row.curve = {0.5, 0.75};
  row.aupr_in = 0.5;
  row.aupr_out = 0.625;
  return row;
}

Evaluation three_sets() {
  return {"mnist",
          100,
          0.95,
          {evaluation_row("a", "far", 0.5), evaluation_row("b", "far", 0.75),
           evaluation_row("c", "near", 1)}};
}

TEST(EvaluationMeans, are_over_the_sets_of_the_group_alone) {
  const std::vector<EvaluationRow> far = means(three_sets(), "far");

  ASSERT_THAT(far, SizeIs(1));
  EXPECT_EQ(far.front().set, "(mean of far)");
  EXPECT_EQ(far.front().auroc, 0.625);
  EXPECT_TRUE(std::isnan(far.front().curve.lower));
  EXPECT_EQ(means(three_sets(), "").front().auroc, 0.75);
  EXPECT_THAT(means(three_sets(), "near"), SizeIs(0));  // of one set there is none to take
}

TEST(EvaluationCsv, has_a_row_for_each_set_and_then_the_means) {
  const Folder folder;

  write_evaluation_csv(three_sets(), folder.file("evaluate.csv"));

  EXPECT_EQ(content_of_file(folder.file("evaluate.csv")),
            "set,group,method,score,merge,primary,members,FPR@95,AUROC,AUPR_IN,AUPR_OUT,ACC,"
            "curve_lower,curve_upper,total_lower,total_upper,confidence\n"
            "a,far,clvae,density,mean,1,3,0.25,0.5,0.5,0.625,,0.5,0.75,,,0.95\n"
            "b,far,clvae,density,mean,1,3,0.25,0.75,0.5,0.625,,0.5,0.75,,,0.95\n"
            "c,near,clvae,density,mean,1,3,0.25,1,0.5,0.625,,0.5,0.75,,,0.95\n"
            "(mean of far),far,clvae,density,mean,1,3,0.25,0.625,0.5,0.625,,,,,,0.95\n"
            "(mean),,clvae,density,mean,1,3,0.25,0.75,0.5,0.625,,,,,,0.95\n");
}

TEST(EvaluationJson, has_null_where_nothing_is_known) {
  const Folder folder;

  write_evaluation_json(three_sets(), folder.file("evaluate.json"));

  const auto document = nlohmann::json::parse(content_of_file(folder.file("evaluate.json")));
  EXPECT_EQ(document.at("rows").size(), 5U);
  EXPECT_EQ(document.at("rows")[1].at("AUROC"), 0.75);
  EXPECT_TRUE(document.at("rows")[1].at("ACC").is_null());
}

TEST(EvaluationTable, names_sets_and_groups_and_leaves_out_what_is_not_primary) {
  Evaluation evaluation = three_sets();
  evaluation.rows.push_back(evaluation_row("c", "near", 0.125));
  evaluation.rows.back().is_primary = false;
  evaluation.rows.back().merge = "max";

  const std::string text = table(evaluation);

  EXPECT_THAT(text, HasSubstr("a (far)\n"));
  EXPECT_THAT(text, HasSubstr("(mean of far)\n"));
  EXPECT_THAT(text, HasSubstr("[0.5000, 0.7500]"));
  EXPECT_THAT(text, Not(HasSubstr("0.1250")));
}

}  // namespace
}  // namespace clvae::report
