#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/fixture.hpp"
#include "report/text.hpp"

namespace clvae::report {
namespace {

using testing::HasSubstr;
using testing::Not;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> first_words(const std::string& text) {
  std::vector<std::string> words;
  for (const std::string& line : lines_of(text)) {
    std::istringstream stream(line);
    std::string word;
    stream >> word;
    if (!word.empty() && word.find_first_not_of("0123456789") == std::string::npos) {
      words.push_back(word);
    }
  }
  return words;
}

TEST(Table, shows_a_curve_as_written_here) {
  Curve curve{"clvae", "density", "mean", "CL-VAE, latent divergence", true, 3, 4, {}};
  curve.rows = {{1, 0.8, {0.7, 0.9}}, {2, 0.85, {0.81234, 0.9}}, {3, 0.86, {0.82, 0.9}}};

  EXPECT_EQ(
      table(reduction_of({curve})),
      "AUC against ensemble size: MNIST, outlier class 0; 6,903 test inliers, 6,904 test outliers\n"
      "\n"
      "          CL-VAE, latent\n"
      "          divergence\n"
      "          N = 3 of 4 requested\n"
      "  size    AUC     95 % interval\n"
      "     1    0.8000  [0.7000, 0.9000]\n"
      "     2    0.8500  [0.8123, 0.9000]\n"
      "     3    0.8600  [0.8200, 0.9000]\n"
      "\n"
      "Curve interval (95 %): for the mean AUC of k fresh members (k: the size), given this "
      "training\n"
      "set and outlier class. It doesn't say where one fresh ensemble will fall.\n");
}

/// Two primary curves, one of them deterministic, another merge, a comparison and a forecast.
Reduction reduction_with_everything() {
  Curve curve{"clvae", "density", "mean", "CL-VAE", true, 2, 2, {}};
  curve.rows = {{1, 0.8, 0.7, 0.9, 0.6, 1, 0.65, 0.95, 12, 0.81, 0.5},
                {2, 0.85, 0.8, 0.9, kUnknown, kUnknown, 0.75, 0.95, 12, 0.86, 0.4}};
  Curve pca{"pca", "log_likelihood", "mean", "PCA", true, 1, 1, {}};
  pca.rows = {{1, 0.75}};
  pca.rows[0].total.lower = 0.7;
  pca.rows[0].total.upper = 0.8;
  pca.is_deterministic = true;
  Curve other = curve;
  other.merge = "geometric";
  other.is_primary = false;
  Reduction reduction = reduction_of({curve, pca, other});
  reduction.comparisons = {{0, 1, 2, {{1, 0.05, -0.1, 0.2, -0.05}, {2, 0.1, 0.05, 0.15, 0.06}}},
                           {2, 0, std::nullopt, {{2, -0.01, kUnknown, kUnknown, kUnknown}}},
                           {1, 0, std::nullopt, {}}};
  reduction.forecasts = {{{0.005, 23, 0.98, {0.97, 0.99}, "A fit of a + b/k."}, 0},
                         {{0.005, std::nullopt}, 1}};
  return reduction;
}

TEST(Table, shows_both_intervals_comparisons_and_forecasts_as_written_here) {
  EXPECT_EQ("\n" + table(reduction_with_everything()), R"(
AUC against ensemble size: MNIST, outlier class 0; 6,903 test inliers, 6,904 test outliers

          CL-VAE                                        PCA
          N = 2 of 2 requested                          deterministic: one member says all
  size    AUC     95 % curve        95 % total          AUC     95 % curve        95 % total
     1    0.8000  [0.7000, 0.9000]  [0.6500, 0.9500]    0.7500  -                 [0.7000, 0.8000]
     2    0.8500  [0.8000, 0.9000]  [0.7500, 0.9500]    0.7500  -                 [0.7000, 0.8000]

Curve interval (95 %): for the mean AUC of k fresh members (k: the size), given this training
set and outlier class. It doesn't say where one fresh ensemble will fall.
Total interval (95 %): the same with the chance of the test sample added. Quote it where the
result is compared with other test sets or papers, and the curve interval where all methods
share this test set.

largest ensembles                   merge          N  AUC     curve interval    AUPR    FPR95
* CL-VAE                            mean           2  0.8500  [0.8000, 0.9000]  0.8600  0.4000
* PCA                               mean           1  0.7500  -                 -       -
  CL-VAE                            geometric      2  0.8500  [0.8000, 0.9000]  0.8600  0.4000
*: in the tables above. AUPR: area under precision and recall, outliers being positive. FPR95:
share of inliers flagged where 95 % of the outliers are.

Comparisons (overtaking: surely above, by a one-sided bound, at all sizes from there on)
- CL-VAE overtakes PCA from size 2 on; difference in AUC at size 2: +0.1000 [+0.0500,
  +0.1500].
- CL-VAE (geometric) does not surely overtake CL-VAE at any size here; difference in AUC at
  size 2: -0.0100.
- PCA does not surely overtake CL-VAE at any size here.

Forecasts
- CL-VAE: about 23 members for a 95 % curve interval of ±0.005; with ever more members the AUC
  tends to 0.9800 [0.9700, 0.9900]. A fit of a + b/k.
- PCA: how many members an interval takes can't be told.
)");
}

TEST(Table, picks_round_sizes_and_the_largest_when_there_are_many) {
  EXPECT_THAT(first_words(table(reduction_of({rising_curve("CL-VAE", 230)}))),
              testing::ElementsAre("1", "2", "5", "10", "20", "50", "100", "200", "230"));
  EXPECT_THAT(first_words(table(reduction_of({rising_curve("CL-VAE", 20)}))),
              testing::ElementsAre("1", "2", "5", "10", "20"));
}

TEST(Table, leaves_a_cell_empty_when_a_curve_has_fewer_members) {
  const std::string text = table(reduction_of({rising_curve("A", 2), rising_curve("B", 5, 0.5)}));

  const auto lines = lines_of(text);
  EXPECT_THAT(lines,
              testing::Contains("     5                                0.5385  [0.5296, 0.5475]"));
}

TEST(Table, says_that_one_member_has_no_interval) {
  const std::string text = table(reduction_of({rising_curve("CL-VAE", 1)}));

  EXPECT_THAT(text, HasSubstr("\n     1    0.8000\n"));
  EXPECT_THAT(text, HasSubstr("A single member has no curve interval"));
  EXPECT_THAT(text, Not(HasSubstr("[")));
  EXPECT_THAT(text, Not(HasSubstr("fresh members")));
}

TEST(Table, stays_within_a_hundred_columns_when_there_is_much_to_say) {
  std::vector<Curve> curves;
  for (int i = 0; i < 7; ++i) {
    curves.push_back(
        rising_curve("a method with quite a long title to show " + std::string(60, 'x'), 200));
  }
  Reduction reduction = reduction_of(curves);
  for (std::size_t i = 1; i < curves.size(); ++i) {
    reduction.comparisons.push_back({0, i, 3, {{200, 0.1, 0, 0.2, 0.05}}});
    reduction.forecasts.push_back({{0.005, 23, 0.98, {0.97, 0.99}, std::string(300, 'n')}, i});
    reduction.curves[i].rows.back().total.lower = 0.5;
    reduction.curves[i].rows.back().total.upper = 1;
    reduction.curves[i].is_primary = i % 2 == 0;
  }
  reduction.dataset = std::string(150, 'd');
  reduction.outlier_names.assign(90, "a class");

  for (const std::string& line : lines_of(table(reduction))) {
    EXPECT_LE(characters_in(line), 100U) << line;
  }
}

TEST(Table, sends_the_terminal_nothing_but_text) {
  Reduction reduction = reduction_of({rising_curve("\x1b[2Jtitle", 2)});
  reduction.outlier_names = {"\x1b]0;owned\x07"};

  EXPECT_THAT(table(reduction), Not(HasSubstr("\x1b")));
}

TEST(Table, says_so_when_there_is_no_curve) {
  EXPECT_THAT(table(reduction_of({})), HasSubstr("No curves"));
}

}  // namespace
}  // namespace clvae::report
