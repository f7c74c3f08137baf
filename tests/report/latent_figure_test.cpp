#include <algorithm>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "report/drawing.hpp"
#include "report/figures.hpp"
#include "report/latent_view.hpp"
#include "report/points.hpp"

namespace clvae::report {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// A spiral of `count` points in each part, three classes, every other test point an outlier.
LatentSpace spiral(const std::string& title, std::size_t count, std::size_t dimensions) {
  LatentSpace space;
  space.title = title;
  space.inliers_are = "training inliers";
  for (std::size_t j = 0; j < dimensions; ++j) space.axes.push_back("z" + std::to_string(j + 1));
  for (std::size_t i = 0; i < count; ++i) {
    const double turn = 0.01 * static_cast<double>(i);
    for (std::size_t j = 0; j < dimensions; ++j) {
      space.inliers.push_back(turn * std::cos(turn + static_cast<double>(j)));
      space.test.push_back(turn * std::sin(turn + static_cast<double>(j)));
    }
    space.inlier_classes.push_back(i % 3);
    space.test_is_outlier.push_back(i % 2);
  }
  return space;
}

LatentFigure figure_of(std::vector<LatentSpace> spaces) {
  LatentFigure figure;
  figure.dataset = "MNIST";
  figure.outlier_names = {"0"};
  figure.class_names = {"one", "two", "three"};
  figure.spaces = std::move(spaces);
  return figure;
}

class Figure2 : public Drawing {
 protected:
  std::vector<std::string> texts_of(const LatentFigure& figure) const {
    plot_latent_spaces(figure, folder_.path());
    return texts_of_figure("figure2");
  }
};

TEST_F(Figure2, names_spaces_classes_and_axes_and_counts_the_points) {
  LatentSpace with_centres = spiral("CL-VAE, member 0", 60, 2);
  with_centres.centres = {0, 1, 1, 0, kUnknown, kUnknown};

  const auto texts = texts_of(figure_of({with_centres, spiral("VAE, member 3", 50, 2)}));

  for (const char* text :
       {"Latent spaces: MNIST, outlier class 0", "CL-VAE, member 0", "VAE, member 3", "one", "two",
        "three", "z1", "z2", "training inliers: 60 points", "test set: 50 points", "test inliers",
        "test outliers"}) {
    EXPECT_THAT(texts, Contains(text));
  }
  EXPECT_THAT(texts, Contains(HasSubstr("class centres that the prior pulls to or, where a model "
                                        "has none, the means")));
}

TEST_F(Figure2, is_drawn_for_latex_too_when_a_width_is_given) {
  for (const std::size_t dimensions : {2U, 3U}) {
    LatentFigure figure =
        figure_of({spiral("CL-VAE", 50, dimensions), spiral("VAE", 50, dimensions)});
    figure.class_names = {"T-shirt/top_1", "two", "three"};

    plot_latent_spaces(figure, folder_.path(), 237.6);

    const std::string tex = latex_figure("figure2", 237.6);
    for (const char* text : {"T-shirt/top\\_1", "VAE", "z2", "training inliers", "test outliers"}) {
      EXPECT_THAT(tex, HasSubstr(text));
    }
  }
}

TEST_F(Figure2, shows_three_coordinates_in_a_cube_with_its_ends) {
  const auto texts = texts_of(figure_of({spiral("CL-VAE", 100, 3)}));

  EXPECT_THAT(texts, Contains(HasSubstr("z3: ")));
  EXPECT_THAT(texts, Contains("Names mark the means of the classes."));
  EXPECT_THAT(content_of_file(folder_.file("figure2.gnuplot")), HasSubstr("azimuth = "));
}

TEST_F(Figure2, is_thinned_below_a_megabyte_says_so_and_is_the_same_every_time) {
  const LatentFigure figure =
      figure_of({spiral("A", 50000, 2), spiral("B", 50000, 2), spiral("C", 20, 2)});

  const auto texts = texts_of(figure);
  const std::string svg = content_of_file(folder_.file("figure2.svg"));
  texts_of(figure);

  EXPECT_THAT(texts, Contains("training inliers: 1,000 of 50,000 points"));
  EXPECT_THAT(texts, Contains("training inliers: 20 points"));
  EXPECT_THAT(texts, Contains("Where not all points are shown, they are drawn at random."));
  for (const char* format : {"svg", "pdf"}) {
    EXPECT_LT(content_of_file(folder_.file(std::string("figure2.") + format)).size(), 1'000'000U);
  }
  EXPECT_EQ(content_of_file(folder_.file("figure2.svg")), svg);
}

TEST_F(Figure2, shows_hostile_names_as_they_are_and_obeys_none_of_them) {
  const std::string trap = folder_.file("trap");
  const std::vector<std::string> names = hostile_names(trap);
  LatentFigure figure = figure_of({});
  figure.class_names = figure.outlier_names = names;
  for (const std::string& name : names) {
    figure.spaces.push_back(spiral(name, 2 * names.size(), 2));
    figure.spaces.back().axes = {name, name};
  }
  figure.dataset = names.front();

  const auto texts = texts_of(figure);

  EXPECT_THAT(texts, Contains("a_b^c{d}@e&f"));
  EXPECT_THAT(texts, Contains("<b>&amp;%d %s"));
  EXPECT_FALSE(std::filesystem::exists(trap));
}

TEST_F(Figure2, leaves_out_points_that_are_not_finite_and_takes_a_single_one) {
  LatentFigure figure = figure_of({spiral("A", 3, 2)});
  figure.spaces[0].inliers[0] = std::nan("");
  figure.spaces[0].test[3] = INFINITY;
  const auto texts = texts_of(figure);
  EXPECT_THAT(texts, Contains("training inliers: 2 of 3 points"));
  EXPECT_THAT(texts, Contains("test set: 2 of 3 points"));

  EXPECT_NO_THROW(texts_of(figure_of({spiral("A", 1, 3)})));
  EXPECT_NO_THROW(texts_of(figure_of({spiral("A", 0, 2)})));
}

TEST_F(Figure2, takes_six_spaces_and_twenty_classes) {
  LatentFigure figure = figure_of(std::vector<LatentSpace>(6, spiral("A", 50, 2)));
  for (int k = 0; k < 17; ++k) figure.class_names.push_back("class " + std::to_string(k));

  EXPECT_THAT(texts_of(figure), Contains("class 16"));
}

TEST_F(Figure2, names_as_many_of_a_thousand_classes_as_have_room_and_counts_the_others) {
  constexpr std::size_t kClasses = 1000;
  LatentFigure figure = figure_of({spiral("CL-VAE, member 0", 2000, 2)});
  figure.class_names.clear();
  for (std::size_t k = 0; k < kClasses; ++k) figure.class_names.push_back("c" + std::to_string(k));
  LatentSpace& space = figure.spaces.front();
  for (std::size_t i = 0; i < space.inlier_classes.size(); ++i) {
    space.inlier_classes[i] = i % kClasses;
  }

  const auto texts = texts_of(figure);

  EXPECT_THAT(texts, Contains("c0"));
  EXPECT_THAT(texts, Contains("and 960 more classes, whose colours repeat"));
  EXPECT_THAT(texts, Contains(HasSubstr("as many classes as there is room for")));
  // A name stands once in each of two panels, nine times more for its rim, and once in the key.
  EXPECT_LE(texts.size(), 2 * 10 * kMostLatentNames + kMostLatentNames + 60);
}

TEST(PlotLatentSpaces, is_refused_when_there_is_nothing_or_lengths_disagree) {
  const Folder folder;
  const auto refuses = [&](const std::function<void(LatentFigure&)>& spoil) {
    LatentFigure figure = figure_of({spiral("A", 4, 2), spiral("B", 4, 2)});
    spoil(figure);
    EXPECT_THROW(plot_latent_spaces(figure, folder.path()), UsageError);
  };
  EXPECT_THROW(plot_latent_spaces(figure_of({}), folder.path()), RunError);
  refuses([](LatentFigure& figure) { figure.spaces[1].inliers.pop_back(); });
  refuses([](LatentFigure& figure) { figure.spaces[0].test_is_outlier.pop_back(); });
  refuses([](LatentFigure& figure) { figure.spaces[0].inlier_classes[0] = 3; });
  refuses([](LatentFigure& figure) { figure.spaces[0].centres = {1, 2}; });
  refuses([](LatentFigure& figure) { figure.spaces[1] = spiral("B", 4, 3); });
  refuses([](LatentFigure& figure) { figure.spaces = {spiral("A", 4, 4)}; });
  refuses([](LatentFigure& figure) { figure.spaces = {spiral("A", 4, 1)}; });
  EXPECT_TRUE(folder.names().empty());
}

TEST(PlotLatentSpaces, says_why_when_the_folder_is_missing) {
  const Folder folder;

  EXPECT_THROW(plot_latent_spaces(figure_of({spiral("A", 4, 2)}), folder.file("missing")), IoError);
}

TEST(Thinned, draws_without_replacement_by_its_seed_and_keeps_all_when_they_are_few) {
  EXPECT_THAT(thinned(4, 10, 1), ElementsAre(0, 1, 2, 3));
  EXPECT_TRUE(thinned(0, 10, 1).empty());
  const auto drawn = thinned(1000, 50, 1);
  EXPECT_EQ(drawn.size(), 50U);
  EXPECT_TRUE(std::is_sorted(drawn.begin(), drawn.end()));
  EXPECT_EQ(std::adjacent_find(drawn.begin(), drawn.end()), drawn.end());
  EXPECT_EQ(thinned(1000, 50, 1), drawn);
  EXPECT_NE(thinned(1000, 50, 2), drawn);
}

TEST(ClassMeans, are_nan_for_a_class_without_points) {
  const auto means = class_means({1, 2, 3, 4, 5, 6}, 2, {2, 0, 2}, 3);

  EXPECT_THAT(means, ElementsAre(3, 4, testing::IsNan(), testing::IsNan(), 3, 4));
}

TEST(Quantile, interpolates_between_neighbours) {
  EXPECT_EQ(quantile({7}, 0.3), 7);
  EXPECT_EQ(quantile({0, 10}, 0.25), 2.5);
  EXPECT_EQ(quantile({0, 1, 2}, 1), 2);
}

TEST(LatentLabels, are_moved_apart_when_they_would_cover_each_other) {
  const Cube cube{{0, 0, 0}, 1};
  const Box box{0, 0, 300, 300};

  const std::string apart =
      latent_labels({"one", "two"}, {-0.5, 0, 0.5, 0}, 2, cube, box, Page(300, 300));
  const std::string together =
      latent_labels({"one", "two"}, {0, 0, 0, 0}, 2, cube, box, Page(300, 300));

  EXPECT_THAT(apart, HasSubstr("offset graph 0.0000,graph 0.0000 "));
  EXPECT_THAT(together, Not(HasSubstr("offset graph 0.0000,graph 0.0000 ")));
}

}  // namespace
}  // namespace clvae::report
