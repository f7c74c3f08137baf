#include "report/latex.hpp"

#include <gmock/gmock.h>

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
  EXPECT_THAT(content, HasSubstr("\\newcommand{\\ClvaePeakNormalisedMeanAuc}{0.9000}\n"));
  EXPECT_THAT(content, HasSubstr("\\newcommand{\\ClvaePeakNormalisedMeanAucLower}{0.8500}\n"));
  EXPECT_THAT(content, HasSubstr("\\newcommand{\\CnnConfidenceMeanMembers}{2}\n"));
  EXPECT_THAT(content, HasSubstr("\\newcommand{\\CnnConfidenceMeanAucLower}{--}\n"));
}

TEST(LatexText, escapes_all_that_means_something_and_leaves_out_control_characters) {
  EXPECT_EQ(latex_text("a_b {c} $d$ #1 ~ ^ \\ \x01\n"),
            "a\\_b \\{c\\} \\$d\\$ \\#1 \\textasciitilde{} \\textasciicircum{} \\textbackslash{} ");
}

}  // namespace
}  // namespace clvae::report
