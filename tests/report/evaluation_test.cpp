#include "report/evaluation.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "report/evaluation_points.hpp"
#include "report/fixture.hpp"
#include "report/misclassified_csv.hpp"
#include "report/summary.hpp"

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

TEST(EvaluationJson, gives_the_sets_and_their_rows_back_when_it_is_read) {
  const Folder folder;
  Evaluation written = three_sets();
  written.rows[0].auroc = 0.1 + 0.2;
  written.sets = {{"a", "far", "data/a", 10, "images of 1 x 28 x 28", "f0"},
                  {"b", "", "data/b", 20, "", "f1"}};

  write_evaluation_json(written, folder.file("evaluate.json"));
  const Evaluation read = read_evaluation_json(folder.file("evaluate.json"));

  ASSERT_THAT(read.rows, SizeIs(3));  // no means
  EXPECT_EQ(read.rows[0].auroc, 0.1 + 0.2);
  EXPECT_TRUE(std::isnan(read.rows[0].accuracy));
  EXPECT_EQ(read.rows[2].group, "near");
  EXPECT_EQ(read.inliers, 100U);
  ASSERT_THAT(read.sets, SizeIs(2));
  EXPECT_EQ(read.sets[0].brought_from, "images of 1 x 28 x 28");
  EXPECT_EQ(read.sets[1].fingerprint, "f1");
  write_evaluation_csv(written, folder.file("one.csv"));
  write_evaluation_csv(read, folder.file("other.csv"));
  EXPECT_EQ(content_of_file(folder.file("one.csv")), content_of_file(folder.file("other.csv")));
}

TEST(EvaluationJson, is_refused_when_it_is_another_s_or_of_another_version) {
  const Folder folder;
  for (const char* text : {"", "{}", "{\"format\": \"clvae auc\", \"version\": 2}",
                           "{\"format\": \"clvae evaluation\", \"version\": 1, \"rows\": []}",
                           "{\"format\": \"clvae evaluation\", \"version\": 2, \"rows\": []}"}) {
    std::ofstream(folder.file("evaluate.json")) << text;
    EXPECT_THROW(read_evaluation_json(folder.file("evaluate.json")), DataError) << text;
  }
  EXPECT_THROW(read_evaluation_json(folder.file("missing")), DataError);
}

TEST(EvaluationTable, says_which_images_were_brought_to_the_run_s_shape) {
  Evaluation evaluation = three_sets();
  evaluation.sets = {{"a", "", "", 1, "images of 1 x 28 x 28", ""}, {"b", "", "", 1, "", ""}};

  EXPECT_THAT(table(evaluation),
              testing::EndsWith("\na: images of 1 x 28 x 28, brought to the run's shape.\n"));
}

TEST(EvaluationPoints, have_the_mean_of_the_rows_that_all_points_have) {
  const Folder folder;
  Evaluation other = three_sets();
  other.rows[0].auroc = 0.25;
  other.rows.pop_back();
  const std::vector<EvaluationPoint> points{{"0", three_sets()}, {"1, 2", other}};

  const Evaluation mean = mean_over_points(points);
  write_evaluation_points_csv(points, folder.file("evaluate.csv"));

  ASSERT_THAT(mean.rows, SizeIs(2));
  EXPECT_EQ(mean.rows[0].auroc, 0.375);
  EXPECT_EQ(mean.rows[1].auroc, 0.75);
  EXPECT_TRUE(std::isnan(mean.rows[0].curve.lower));
  const std::string csv = content_of_file(folder.file("evaluate.csv"));
  EXPECT_THAT(csv, testing::StartsWith("point,set,group,method"));
  EXPECT_THAT(csv, HasSubstr("\n\"1, 2\",a,far,clvae,density,mean,1,3,0.25,0.25,"));
  EXPECT_THAT(csv,
              HasSubstr("\n(mean),a,far,clvae,density,mean,1,3,0.25,0.375,0.5,0.625,,,,,,0.95"));
  EXPECT_THAT(csv, HasSubstr("\n(mean),(mean of far),far,clvae,density,mean,1,3,0.25,0.5625,"));
  EXPECT_THAT(mean_over_points({}).rows, SizeIs(0));
}

TEST(MisclassifiedCsv, has_a_row_for_each_sample_with_its_file) {
  const Folder folder;

  write_misclassified_csv({{"clvae", "density", "mean", true, 1, 1, 7, -1, 0.1, "a,b.png"},
                           {"pca", "log_likelihood", "min", false, 2, 0, 3, 5, -2.5, ""}},
                          folder.file("misclassified.csv"));

  EXPECT_EQ(content_of_file(folder.file("misclassified.csv")),
            "method,score,merge,is_outlier,place,original_split,original_index,label,anomaly,file\n"
            "clvae,density,mean,1,1,1,7,-1,0.1,\"a,b.png\"\n"
            "pca,log_likelihood,min,0,2,0,3,5,-2.5,\n");
}

TEST(EvaluationOnThePage, has_a_row_for_each_set_and_the_means) {
  const Folder folder;
  SummaryPage page;
  page.title = "run";
  page.evaluation = three_sets();
  page.evaluation->sets = {{"a", "", "", 1, "images of 3 x 8 x 8", ""}};

  write_summary(page, folder.file("summary.html"));

  const std::string html = content_of_file(folder.file("summary.html"));
  EXPECT_THAT(html, HasSubstr("<h2>Other data as the anomaly</h2>"));
  EXPECT_THAT(html, HasSubstr("100 inliers against each set"));
  EXPECT_THAT(html, HasSubstr("a<br /><small>far</small>"));
  EXPECT_THAT(html, HasSubstr("(mean of far)"));
  EXPECT_THAT(html, HasSubstr("images of 3 x 8 x 8, brought to the run"));
}

}  // namespace
}  // namespace clvae::report
