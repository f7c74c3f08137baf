#include "reduce/projection.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"

namespace clvae::reduce {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;

TEST(PrincipalPlane, finds_the_two_axes_of_largest_spread_when_points_lie_along_them) {
  // Spread 3 along (0, 1, 1) / sqrt 2, 1 along the first axis, none along the rest.
  const double diagonal = 3 / std::sqrt(2.0);
  const std::vector<double> points = {5 + 1, 0,        0,        5 - 1, 0,         0,
                                      5,     diagonal, diagonal, 5,     -diagonal, -diagonal};

  const PrincipalPlane plane = principal_plane(points, 3);

  const double half = std::sqrt(0.5);
  EXPECT_THAT(plane.mean,
              ElementsAre(DoubleNear(5, 1e-12), DoubleNear(0, 1e-12), DoubleNear(0, 1e-12)));
  EXPECT_THAT(plane.axes,
              ElementsAre(DoubleNear(0, 1e-12), DoubleNear(half, 1e-12), DoubleNear(half, 1e-12),
                          DoubleNear(1, 1e-12), DoubleNear(0, 1e-12), DoubleNear(0, 1e-12)));
  EXPECT_THAT(plane.explained_share, ElementsAre(DoubleNear(0.9, 1e-12), DoubleNear(0.1, 1e-12)));
  EXPECT_THAT(plane.project(std::vector<double>{7, 1, 1}),
              ElementsAre(DoubleNear(std::sqrt(2.0), 1e-12), DoubleNear(2, 1e-12)));
}

TEST(PrincipalPlane, is_refused_when_there_are_no_two_points) {
  EXPECT_THROW(principal_plane(std::vector<double>{1, 2, 3}, 3), UsageError);
  EXPECT_THROW(principal_plane(std::vector<double>{1, 2, 3, 4, 5, 6, 7}, 3), UsageError);
}

}  // namespace
}  // namespace clvae::reduce
