#include "train/variety.hpp"

#include <gmock/gmock.h>

namespace clvae::train {
namespace {

using testing::ElementsAre;

TEST(DistinctSamples, are_counted_for_each_class_and_no_further_than_needed) {
  const std::vector<std::uint8_t> pixels{1, 2, 1, 2, 3, 4, 1, 2, 5, 6, 7, 8, 9, 9};
  const std::vector<std::int32_t> classes{0, 0, 1, 0, 1, 1, 1};

  EXPECT_THAT(distinct_samples({pixels, classes}, 2, 3), ElementsAre(1, 3));
  EXPECT_THAT(distinct_samples({pixels, classes}, 2, 9), ElementsAre(1, 4));
}

TEST(DimensionsSpanned, are_those_of_the_plane_through_all_samples_of_a_class) {
  const std::vector<float> values{5, 5, 5, 5,     5, 5,                          // a point
                                  0, 0, 1, 1,     1, 2, -3, -3,   -2,            // a line
                                  0, 0, 0, 1e-3F, 0, 0, 0,  1e4F, 0,  2, 2, 0,   // a plane
                                  0, 0, 0, 1,     0, 0, 0,  1,    0,  0, 0, 1};  // all of space
  const std::vector<std::int32_t> classes{0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3};

  EXPECT_THAT(dimensions_spanned({values, classes}, 3, 9), ElementsAre(0, 1, 2, 3));
  EXPECT_THAT(dimensions_spanned({values, classes}, 3, 2), ElementsAre(0, 1, 2, 2));
}

TEST(DimensionsSpanned, leaves_out_what_is_rounding) {
  const std::vector<float> values{0, 0, 1000, 0, 0, 1e-5F};
  const std::vector<std::int32_t> classes{0, 0, 0};

  EXPECT_THAT(dimensions_spanned({values, classes}, 2, 9), ElementsAre(1));
}

}  // namespace
}  // namespace clvae::train
