#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/fixture.hpp"

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
  curve.rows = {{1, 0.8, 0.7, 0.9}, {2, 0.85, 0.81234, 0.9}, {3, 0.86, 0.82, 0.9}};

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
  reduction.dataset = std::string(150, 'd');
  reduction.outlier_names.assign(90, "a class");

  for (const std::string& line : lines_of(table(reduction))) EXPECT_LE(line.size(), 100U) << line;
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
