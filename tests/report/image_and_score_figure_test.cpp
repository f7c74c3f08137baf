#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "report/drawing.hpp"
#include "report/figures.hpp"

namespace clvae::report {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

ImageTile tile(const std::string& class_name, std::size_t size, std::uint8_t shade) {
  return {std::vector<std::uint8_t>(size, shade), class_name};
}

/// Two methods; the second has made one mistake alone.
MisclassifiedFigure mistakes(std::size_t channels) {
  MisclassifiedFigure figure;
  figure.dataset = "Fashion-MNIST";
  figure.outlier_names = {"T-shirt/top"};
  figure.channels = channels;
  figure.height = 5;
  figure.width = 4;
  const std::size_t size = channels * figure.height * figure.width;
  figure.rows = {{"CL-VAE, latent divergence",
                  {tile("Bag", size, 10), tile("Coat", size, 200)},
                  {tile("T-shirt/top", size, 30)}},
                 {"CNN", {}, {tile("T-shirt/top", size, 255)}}};
  return figure;
}

class Figure4 : public Drawing {
 protected:
  std::vector<std::string> texts_of(const MisclassifiedFigure& figure) const {
    plot_misclassified(figure, folder_.path());
    return texts_of_figure("figure4");
  }
};

TEST_F(Figure4, shows_strips_of_grey_images_with_their_classes_below) {
  const auto texts = texts_of(mistakes(1));

  EXPECT_THAT(texts, Contains("Most misclassified: Fashion-MNIST, outlier class T-shirt/top"));
  EXPECT_THAT(texts, Contains("Inliers with the highest anomaly scores"));
  EXPECT_THAT(texts, Contains("Outliers with the lowest anomaly scores"));
  EXPECT_THAT(texts, Contains("CL-VAE, latent"));
  EXPECT_THAT(texts, Contains("Bag"));
  EXPECT_THAT(texts, Contains("T-shirt/"));
  EXPECT_THAT(content_of_file(folder_.file("figure4.svg")), HasSubstr("data:image/png;base64,"));
  EXPECT_THAT(content_of_file(folder_.file("figure4.gnuplot")),
              HasSubstr("$inliers1 << EOD\n10 10 10 10 255 200 200 200 200\n"));
}

TEST_F(Figure4, stands_in_one_column_or_over_two_for_latex) {
  for (const double width : {237.6, 504.0}) {
    MisclassifiedFigure figure = mistakes(1);
    figure.rows[0].inliers.assign(6, tile("T-shirt/top_100%", 20, 10));
    figure.rows[0].outliers.assign(6, tile("Bag", 20, 10));

    plot_misclassified(figure, folder_.path(), width);

    const std::string tex = latex_figure("figure4", width);
    EXPECT_THAT(tex, HasSubstr("Inliers with the highest anomaly scores"));
    EXPECT_THAT(tex, HasSubstr("\\scriptsize T-shirt/"));
    EXPECT_THAT(tex, HasSubstr("top\\_"));
    EXPECT_THAT(tex, HasSubstr("CNN"));
  }
}

TEST_F(Figure4, mixes_the_planes_of_colour_images) {
  MisclassifiedFigure figure = mistakes(3);
  auto& pixels = figure.rows[1].outliers[0].pixels;
  pixels[0] = 1;   // red
  pixels[20] = 2;  // green
  pixels[40] = 3;  // blue

  texts_of(figure);

  EXPECT_THAT(content_of_file(folder_.file("figure4.gnuplot")),
              HasSubstr("$outliers2 << EOD\n66051 16777215 "));
}

TEST_F(Figure4, shows_hostile_names_as_they_are_and_obeys_none_of_them) {
  const std::string trap = folder_.file("trap");
  MisclassifiedFigure figure = mistakes(1);
  figure.outlier_names = hostile_names(trap);
  for (const std::string& name : hostile_names(trap)) {
    figure.rows.push_back(figure.rows[0]);
    figure.rows.back().title = figure.rows.back().inliers[0].class_name = figure.dataset = name;
  }

  EXPECT_THAT(texts_of(figure), Contains("a_b^c{d}@e&f"));
  EXPECT_FALSE(std::filesystem::exists(trap));
}

TEST(PlotMisclassified, is_refused_when_there_is_no_image_or_one_of_another_size) {
  const Folder folder;
  MisclassifiedFigure figure = mistakes(1);
  figure.rows[0].inliers[1].pixels.pop_back();
  EXPECT_THROW(plot_misclassified(figure, folder.path()), UsageError);
  figure = mistakes(1);
  figure.channels = 2;
  EXPECT_THROW(plot_misclassified(figure, folder.path()), UsageError);
  figure.channels = 1;
  figure.rows.clear();
  EXPECT_THROW(plot_misclassified(figure, folder.path()), RunError);
  EXPECT_THROW(plot_misclassified(mistakes(1), folder.file("missing")), IoError);
}

ScorePanel panel(const std::string& title) {
  ScorePanel panel;
  panel.title = title;
  panel.axis = "minus log density";
  for (int i = 0; i < 1000; ++i) {
    panel.inliers.push_back(std::sin(i));
    panel.outliers.push_back(1 + std::sin(i));
  }
  panel.auc = 0.81256;
  return panel;
}

ScoreFigure scores_of(std::vector<ScorePanel> panels) {
  return {"MNIST", {"0"}, std::move(panels)};
}

class Scores : public Drawing {
 protected:
  std::vector<std::string> texts_of(const ScoreFigure& figure) const {
    plot_scores(figure, folder_.path());
    return texts_of_figure("scores");
  }
};

TEST_F(Scores, are_a_histogram_for_each_method_with_its_auc) {
  for (const std::size_t count : {1U, 2U, 4U, 6U}) {
    const auto texts = texts_of(scores_of(std::vector<ScorePanel>(count, panel("CL-VAE"))));

    EXPECT_THAT(texts, Contains("Anomaly scores: MNIST, outlier class 0"));
    EXPECT_THAT(texts, Contains("CL-VAE"));
    EXPECT_THAT(texts, Contains("AUC 0.8126"));
    EXPECT_THAT(texts, Contains("minus log density"));
    EXPECT_THAT(texts, Contains("Share of samples (%)"));
  }
}

TEST_F(Scores, are_drawn_for_latex_too_when_a_width_is_given) {
  plot_scores(scores_of(std::vector<ScorePanel>(4, panel("VAE_1 & 2"))), folder_.path(), 237.6);

  const std::string tex = latex_figure("scores", 237.6);
  for (const char* text : {"VAE\\_1 \\& 2", "AUC 0.8126", "Inliers", "Outliers", "Share (\\%)"}) {
    EXPECT_THAT(tex, HasSubstr(text));
  }
}

TEST_F(Scores, take_infinite_equal_and_missing_ones) {
  ScorePanel odd = panel("odd");
  odd.inliers = {-std::numeric_limits<double>::infinity(), 1, 1, std::nan("")};
  odd.outliers = {std::numeric_limits<double>::infinity(), 1};
  odd.auc = kUnknown;
  ScorePanel none = panel("none");
  none.inliers.clear();
  none.outliers.clear();
  ScorePanel never = panel("never");
  never.inliers.assign(3, std::numeric_limits<double>::infinity());
  never.outliers.assign(3, std::nan(""));

  const auto texts = texts_of(scores_of({odd, none, never}));

  EXPECT_THAT(texts, Not(Contains(HasSubstr("nan"))));
}

TEST_F(Scores, show_hostile_names_as_they_are_and_obey_none_of_them) {
  const std::string trap = folder_.file("trap");
  ScoreFigure figure = scores_of({});
  figure.outlier_names = hostile_names(trap);
  for (const std::string& name : hostile_names(trap)) {
    figure.panels.push_back(panel(name));
    figure.panels.back().axis = figure.dataset = name;
  }

  EXPECT_THAT(texts_of(figure), Contains("a_b^c{d}@e&f"));
  EXPECT_FALSE(std::filesystem::exists(trap));
}

TEST(PlotScores, is_refused_when_there_is_no_panel_or_folder) {
  const Folder folder;
  EXPECT_THROW(plot_scores(scores_of({}), folder.path()), RunError);
  EXPECT_THROW(plot_scores(scores_of({panel("A")}), folder.file("missing")), IoError);
}

}  // namespace
}  // namespace clvae::report
