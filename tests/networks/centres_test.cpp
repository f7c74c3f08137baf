#include "networks/centres.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"

namespace clvae::networks {
namespace {

constexpr double kDegree = 3.14159265358979323846 / 180;

double smallest_angle_in_degrees(const std::vector<double>& points, int dimension, double radius) {
  return 2 * std::asin(smallest_distance(points, dimension) / (2 * radius)) / kDegree;
}

TEST(ClassCentres, stand_equidistant_on_the_circle_when_the_space_has_two_dimensions) {
  const auto centres = class_centres(9, 2, 3.0);

  ASSERT_EQ(centres.size(), 18U);
  for (std::size_t k = 0; k < 9; ++k) {
    EXPECT_NEAR(centres[2 * k], 3 * std::cos(40.0 * static_cast<double>(k) * kDegree), 1e-12);
    EXPECT_NEAR(centres[2 * k + 1], 3 * std::sin(40.0 * static_cast<double>(k) * kDegree), 1e-12);
  }
}

// Schuette and van der Waerden 1951: nine points are at best arccos(1/3) = 70.5288 degrees apart.
// Their figure: an equilateral triangle on the equator and one above and below it, turned by 60
// degrees, at the height at which every pair of neighbours has the cosine 1/3.
TEST(ClassCentres, are_three_triangles_when_nine_classes_stand_in_three_dimensions) {
  const auto centres = class_centres(9, 3, 1.0);

  const double root = std::sqrt(3.0);
  const std::vector<double> figure = {2.0 / 3,  0,         std::sqrt(5.0) / 3,
                                      -1.0 / 3, root / 3,  std::sqrt(5.0) / 3,
                                      -1.0 / 3, -root / 3, std::sqrt(5.0) / 3,
                                      0.5,      root / 2,  0,
                                      -1.0,     0,         0,
                                      0.5,      -root / 2, 0,
                                      2.0 / 3,  0,         -std::sqrt(5.0) / 3,
                                      -1.0 / 3, root / 3,  -std::sqrt(5.0) / 3,
                                      -1.0 / 3, -root / 3, -std::sqrt(5.0) / 3};
  EXPECT_THAT(centres, testing::Pointwise(testing::DoubleNear(1e-12), figure));
  EXPECT_NEAR(smallest_angle_in_degrees(centres, 3, 1.0), 70.5287794, 1e-6);
}

TEST(ClassCentres, are_a_regular_simplex_when_the_space_has_room_for_one) {
  for (const int dimension : {8, 11}) {
    const auto centres = class_centres(9, dimension, 2.0);

    // All pairs have the cosine -1/(K-1).
    const auto width = static_cast<std::size_t>(dimension);
    for (std::size_t a = 0; a < 9; ++a) {
      for (std::size_t b = 0; b < 9; ++b) {
        double product = 0;
        for (std::size_t i = 0; i < width; ++i) {
          product += centres[a * width + i] * centres[b * width + i];
        }
        EXPECT_NEAR(product, a == b ? 4.0 : -0.5, 1e-12);
      }
    }
  }
}

// Best known smallest angles (Tammes problem; Sloane's table).
TEST(ClassCentres, come_near_the_best_known_angles_when_found_by_repulsion) {
  struct Known {
    int classes;
    double degrees;
  };
  for (const Known known : {Known{6, 90.0}, Known{8, 74.8585}, Known{12, 63.4349}}) {
    const auto centres = class_centres(known.classes, 3, 3.0);

    EXPECT_NEAR(smallest_angle_in_degrees(centres, 3, 3.0), known.degrees, 0.75) << known.classes;
    EXPECT_LE(smallest_angle_in_degrees(centres, 3, 3.0), known.degrees + 1e-3) << known.classes;
  }
}

TEST(ClassCentres, lie_on_the_sphere_and_never_change_when_found_by_repulsion) {
  const auto centres = class_centres(10, 5, 3.0);

  EXPECT_EQ(centres, class_centres(10, 5, 3.0));
  for (std::size_t k = 0; k < 10; ++k) {
    double squares = 0;
    for (std::size_t i = 0; i < 5; ++i) squares += centres[k * 5 + i] * centres[k * 5 + i];
    EXPECT_NEAR(std::sqrt(squares), 3.0, 1e-12);
  }
}

TEST(ClassCentres, are_refused_when_there_is_nothing_to_place) {
  EXPECT_THROW(class_centres(1, 2, 3.0), UsageError);
  EXPECT_THROW(class_centres(9, 1, 3.0), UsageError);
  EXPECT_THROW(class_centres(9, 2, 0.0), UsageError);
  EXPECT_THROW(class_centres(9, 2, std::nan("")), UsageError);
}

}  // namespace
}  // namespace clvae::networks
