#include "reduce/auc.hpp"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "reduce/golden.hpp"

namespace clvae::reduce {
namespace {

using Flags = std::vector<std::uint8_t>;

TEST(Auc, equals_scikit_learn_when_scores_are_random_tied_or_inverted) {
  const auto cases = golden("auc.json");
  ASSERT_EQ(cases.size(), 12U);
  for (const auto& known : cases) {
    const auto scores = known["scores"].get<std::vector<double>>();
    const auto is_outlier = known["is_outlier"].get<Flags>();

    EXPECT_NEAR(auc(scores, is_outlier), known["auc"].get<double>(), 1e-12) << known["name"];
  }
}

TEST(Auc, orders_infinities_when_densities_vanish) {
  const double infinity = std::numeric_limits<double>::infinity();

  EXPECT_EQ(auc(std::vector<double>{-infinity, 1.0, infinity, infinity}, Flags{0, 0, 1, 1}), 1.0);
  EXPECT_EQ(auc(std::vector<double>{infinity, infinity}, Flags{0, 1}), 0.5);
}

TEST(Auc, is_refused_when_it_has_no_value) {
  EXPECT_THROW(auc(std::vector<double>{1.0, std::nan("")}, Flags{0, 1}), RunError);
  EXPECT_THROW(auc(std::vector<double>{1.0, 2.0}, Flags{1, 1}), UsageError);
  EXPECT_THROW(auc(std::vector<double>{1.0, 2.0}, Flags{0, 0}), UsageError);
  EXPECT_THROW(auc(std::vector<double>{}, Flags{}), UsageError);
}

}  // namespace
}  // namespace clvae::reduce
