#include "report/latex.hpp"

#include <gmock/gmock.h>

#include "report/column_width.hpp"
#include "report/figure3_script.hpp"
#include "report/fixture.hpp"

namespace clvae::report {
namespace {

using testing::HasSubstr;
using testing::Not;

/// Two primary curves of which the first is ahead, surely or not.
Reduction two_curves(double one_sided_lower) {
  Curve first{"clvae", "peak_normalised", "mean", "CL-VAE & 100 %", true, 2, 2, {}};
  first.rows = {{2, 0.9, 0.85, 0.95, kUnknown, kUnknown, 0.8, 0.99, 200, 0.75, 0.0625}};
  Curve second{"cnn", "confidence", "mean", "CNN", true, 2, 2, {}};
  second.rows = {{2, 0.8, kUnknown, kUnknown, kUnknown, kUnknown, 0.7, 0.9, 200, 0.5, 0.25}};
  Reduction reduction = reduction_of({first, second});
  reduction.comparisons = {{0, 1, std::nullopt, {{2, 0.1, 0.0, 0.2, one_sided_lower}}}};
  return reduction;
}

TEST(LatexTables, are_a_tabular_with_the_best_in_bold_when_it_is_surely_best) {
  const Folder folder;

  write_latex_tables(two_curves(0.01), folder.file("tables.tex"));

  const std::string content = content_of_file(folder.file("tables.tex"));
  EXPECT_THAT(content, HasSubstr("CL-VAE \\& 100 \\% & 2 & \\textbf{0.9000} & [0.8500, 0.9500] & "
                                 "[0.8000, 0.9900] & 0.7500 & 0.0625 \\\\\n"));
  EXPECT_THAT(content,
              HasSubstr("CNN & 2 & 0.8000 & -- & [0.7000, 0.9000] & 0.5000 & 0.2500 \\\\\n"));
}

TEST(LatexTables, have_nothing_in_bold_when_the_comparison_is_not_sure) {
  const Folder folder;

  write_latex_tables(two_curves(-0.01), folder.file("tables.tex"));

  EXPECT_THAT(content_of_file(folder.file("tables.tex")), Not(HasSubstr("textbf")));
}

TEST(LatexResults, are_macros_named_by_letters_alone) {
  const Folder folder;

  write_latex_results(two_curves(0.01), folder.file("results.tex"));

  const std::string content = content_of_file(folder.file("results.tex"));
  for (const char* line :
       {"{ClvaeTestInliers}{6903}", "{ClvaeConfidence}{95 \\%}",
        "{ClvaePeakNormalisedMeanAuc}{0.9000}", "{ClvaePeakNormalisedMeanAucLower}{0.8500}",
        "{ClvaePeakNormalisedMeanAucOfOne}{0.9000}", "{CnnConfidenceMeanMembers}{2}",
        "{CnnConfidenceMeanAucLower}{--}", "{ClvaePeakNormalisedMeanOverCnnConfidenceMean}{0.1000}",
        "{ClvaePeakNormalisedMeanOverCnnConfidenceMeanUpper}{0.2000}",
        "{ClvaePeakNormalisedMeanOverCnnConfidenceMeanFrom}{--}"}) {
    EXPECT_THAT(content, HasSubstr(std::string("\n\\ClvaeNumber") + line + "\n"));
  }
}

TEST(LatexSweep, has_a_row_for_each_class_with_intervals_below_and_the_means) {
  const Folder folder;
  Sweep sweep;
  sweep.dataset = "MNIST";
  sweep.methods = {"A & B", "C"};
  sweep.rows = {{"cat_1", {{0.5, 0.4, 0.6}, {}}}, {"frog", {{0.75, 0.65, 0.85}, {}}}};

  write_latex_sweep(sweep, folder.file("tables.tex"));

  const std::string content = content_of_file(folder.file("tables.tex"));
  EXPECT_THAT(content, HasSubstr("Outlier class & A \\& B & C \\\\\n"));
  EXPECT_THAT(content,
              HasSubstr("cat\\_1 & 0.5000 & -- \\\\\n & {\\footnotesize [0.4000, 0.6000]} & "
                        "{\\footnotesize --} \\\\\n"));
  EXPECT_THAT(content, HasSubstr("\\midrule\nMean & 0.6250 & --"));
}

TEST(LatexSweep,
     has_a_column_for_each_key_and_means_over_several_classes_when_settings_were_tried) {
  const Folder folder;
  Sweep sweep;
  sweep.dataset = "MNIST";
  sweep.keys = {"model.latent_dim"};
  sweep.methods = {"A"};
  sweep.rows = {{"cat", {{0.5, 0.4, 0.6}}, {"2"}},
                {"frog", {{0.75, 0.65, 0.85}}, {"2"}},
                {"cat", {{0.6, 0.5, 0.7}}, {"3"}}};

  write_latex_sweep(sweep, folder.file("tables.tex"));

  const std::string content = content_of_file(folder.file("tables.tex"));
  EXPECT_THAT(content, HasSubstr("\\begin{tabular}{llc}"));
  EXPECT_THAT(content,
              HasSubstr("model.latent\\_dim & Outlier class & A \\\\\n\\midrule\n2 & cat"));
  EXPECT_THAT(content, HasSubstr("\\cmidrule{1-3}\n2 & Mean & 0.6250 \\\\\n"));
  EXPECT_THAT(content, HasSubstr("\\midrule\n3 & cat & 0.6000 \\\\\n &  & {\\footnotesize "));
  EXPECT_THAT(content, testing::Not(HasSubstr("3 & Mean")));
}

TEST(LatexEvaluation, has_each_set_once_with_its_primary_methods_and_then_the_mean) {
  const Folder folder;
  Evaluation evaluation;
  evaluation.run = "MNIST";
  evaluation.inliers = 6903;
  for (const char* set : {"near_1", "far"}) {
    EvaluationRow row;
    row.set = set;
    row.method = "clvae";
    row.title = "CL-VAE";
    row.auroc = 0.75;
    row.curve = {0.7, 0.8};
    row.fpr_at_95_tpr = 0.25;
    evaluation.rows.push_back(row);
    row.score = "other";
    row.is_primary = false;
    evaluation.rows.push_back(row);
  }

  write_latex_evaluation(evaluation, folder.file("tables.tex"));

  const std::string content = content_of_file(folder.file("tables.tex"));
  EXPECT_THAT(content, HasSubstr("6,903 inliers"));
  EXPECT_THAT(content, HasSubstr("\\midrule\nnear\\_1 & CL-VAE & 0.7500 & {\\footnotesize [0.7000, "
                                 "0.8000]} & 0.2500 & -- & -- & -- \\\\\n\\midrule\nfar & CL-VAE"));
  EXPECT_THAT(content, HasSubstr("\\midrule\n(mean) & CL-VAE & 0.7500 & {\\footnotesize --} & "));
  EXPECT_THAT(content, testing::Not(HasSubstr("other")));
}

TEST(LatexText, escapes_all_that_means_something_and_leaves_out_control_characters) {
  EXPECT_EQ(latex_text("a_b {c} $d$ #1 ~ ^ \\ \x01\n"),
            "a\\_b \\{c\\} \\$d\\$ \\#1 \\textasciitilde{} \\textasciicircum{} \\textbackslash{} ");
}

TEST(LatexText, has_words_for_what_the_first_encoding_of_fonts_lacks) {
  EXPECT_EQ(latex_text("a<b>|c\u2026\uFFFD\u00e9"),
            "a\\textless{}b\\textgreater{}\\textbar{}c\\ldots{}?\u00e9");
}

TEST(ColumnWidth, is_read_in_the_units_of_latex) {
  EXPECT_NEAR(parse_column_width("3.3in").value_or(0), 237.6, 1e-9);
  EXPECT_NEAR(parse_column_width("84 mm").value_or(0), 84 / 25.4 * 72, 1e-9);
  EXPECT_NEAR(parse_column_width("8.4cm").value_or(0), 84 / 25.4 * 72, 1e-9);
  EXPECT_NEAR(parse_column_width("252.945pt").value_or(0), 252, 1e-9);
}

TEST(ColumnWidth, is_refused_when_it_has_no_unit_or_is_no_column) {
  for (const char* text : {"", "3.3", "in", "3.3 furlongs", "3.3inch", "1in", "21in", "-3in",
                           "nanin", "1e1in", "3,3in", "3.3 in "}) {
    EXPECT_FALSE(parse_column_width(text)) << text;
  }
}

TEST(Figure3Script, has_the_names_of_the_curves_and_is_left_alone_when_it_is_there) {
  const Folder folder;
  Reduction reduction = two_curves(0.01);
  reduction.curves[1].title = "it's \"q\" \\ {}";

  write_figure3_script(reduction, folder.file("figure3.py"));

  const std::string script = content_of_file(folder.file("figure3.py"));
  EXPECT_THAT(script, HasSubstr("(\"clvae\", \"peak_normalised\"): \"CL-VAE & 100 %\",\n"));
  EXPECT_THAT(script, HasSubstr("(\"cnn\", \"confidence\"): \"it's \\\"q\\\" \\\\ {}\",\n"));
  std::ofstream(folder.file("figure3.py")) << "mine";
  write_figure3_script(reduction, folder.file("figure3.py"));
  EXPECT_EQ(content_of_file(folder.file("figure3.py")), "mine");
}

}  // namespace
}  // namespace clvae::report
