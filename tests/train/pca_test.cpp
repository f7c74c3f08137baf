#include "train/pca.hpp"

#include <cmath>
#include <cstring>
#include <fstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "train/trainer.hpp"

namespace clvae::train {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::size_t kScored = 10;  // as in tests/golden/pca.py

/// The generator of tests/golden/pca.py.
class Draws {
 public:
  explicit Draws(std::uint32_t state) : state_(state) {}
  std::uint32_t below(std::uint32_t bound) {
    state_ = 1664525U * state_ + 1013904223U;
    return (state_ >> 16U) % bound;
  }

 private:
  std::uint32_t state_;
};

/// The images of tests/golden/pca.py.
std::vector<std::uint8_t> images(std::size_t count, std::size_t pixels, bool structured,
                                 std::uint32_t seed) {
  Draws draws(seed);
  std::vector<std::uint32_t> first;
  std::vector<std::uint32_t> second;
  for (std::size_t i = 0; i < pixels; ++i) {
    first.push_back(draws.below(8));
    second.push_back(draws.below(8));
  }
  std::vector<std::uint8_t> all;
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint32_t a = draws.below(16);
    const std::uint32_t b = draws.below(8);
    for (std::size_t j = 0; j < pixels; ++j) {
      const std::uint32_t pixel =
          structured ? a * first[j] + b * second[j] + draws.below(64) : draws.below(256);
      all.push_back(static_cast<std::uint8_t>(pixel));
    }
  }
  return all;
}

std::vector<nlohmann::json> golden_cases() {
  std::ifstream file(std::string(CLVAE_SOURCE_DIR) + "/tests/golden/pca.json");
  return nlohmann::json::parse(file).get<std::vector<nlohmann::json>>();
}

class GoldenPca : public testing::TestWithParam<nlohmann::json> {};

TEST_P(GoldenPca, equals_scikit_learn) {
  const auto& golden = GetParam();
  const auto samples = golden["samples"].get<std::size_t>();
  const auto pixels = golden["pixels"].get<std::size_t>();
  const auto all = images(samples + kScored, pixels, golden["structured"].get<bool>(),
                          golden["seed"].get<std::uint32_t>());
  const gsl::span<const std::uint8_t> bytes(all);
  const auto size = static_cast<std::int64_t>(pixels);

  const ClassPca pca =
      fit_pca(bytes.first(samples * pixels), size, golden["components"].get<int>());
  const auto values = log_likelihoods(pca, bytes.subspan(samples * pixels));

  EXPECT_NEAR(pca.noise_variance, golden["noise_variance"].get<double>(),
              1e-10 * pca.noise_variance);
  for (std::size_t i = 0; i < pca.variances.size(); ++i) {
    const auto expected = golden["explained_variances"][i].get<double>();
    EXPECT_NEAR(pca.variances[i], expected, 1e-10 * expected);
  }
  ASSERT_EQ(values.size(), kScored);
  for (std::size_t i = 0; i < kScored; ++i) {
    EXPECT_NEAR(values[i], golden["log_likelihoods"][i].get<double>(), 1e-6) << i;
  }
}

std::string name_of_case(const testing::TestParamInfo<nlohmann::json>& golden) {
  return golden.param["name"].get<std::string>();
}

INSTANTIATE_TEST_SUITE_P(Cases, GoldenPca, testing::ValuesIn(golden_cases()), name_of_case);

TEST(Pca, has_orthonormal_components_when_fitted) {
  const auto pixels = images(400, 300, true, 7);

  const ClassPca pca = fit_pca(pixels, 300, 2);

  for (std::size_t i = 0; i < 2; ++i) {
    for (std::size_t j = 0; j < 2; ++j) {
      double product = 0;
      for (std::size_t k = 0; k < 300; ++k) {
        product += pca.components[i * 300 + k] * pca.components[j * 300 + k];
      }
      EXPECT_NEAR(product, i == j ? 1 : 0, 1e-12);
    }
  }
}

/// Two classes, interleaved.
struct TwoClasses {
  std::vector<std::uint8_t> pixels = images(80, 30, true, 1);
  std::vector<std::int32_t> classes;
  TwoClasses() {
    for (std::size_t i = 0; i < 80; ++i) classes.push_back(i % 2 == 0 ? 0 : 1);
  }
  Samples samples() const { return {pixels, classes}; }
};

TEST(TrainPca, scores_every_sample_under_every_class_and_reports_each) {
  const TwoClasses train;
  const auto validation = images(5, 30, true, 2);
  const auto test = images(7, 30, true, 3);
  std::vector<EpochReport> reports;
  int steps = 0;
  Hooks hooks;
  hooks.after_epoch = [&](const EpochReport& report) { reports.push_back(report); };
  hooks.between_batches = [&] { ++steps; };

  const PcaResult result = train_pca(train.samples(), {validation, {}}, {test, {}}, 30, 3, hooks);

  EXPECT_EQ(result.validation_log_likelihoods.size(), 5U * 2U);
  EXPECT_EQ(result.means.size(), 2U * 30U);
  EXPECT_EQ(result.components.size(), 2U * 3U * 30U);
  EXPECT_EQ(result.explained_variances.size(), 2U * 3U);
  EXPECT_EQ(result.noise_variances.size(), 2U);
  ASSERT_EQ(reports.size(), 2U);
  EXPECT_EQ(reports[1].epoch, 2);
  EXPECT_EQ(reports[1].epochs, 2);
  EXPECT_TRUE(std::isnan(reports[1].validation_loss));
  EXPECT_GT(steps, 0);
  // The second class alone, which is every other image.
  std::vector<std::uint8_t> second;
  for (std::size_t i = 1; i < 80; i += 2) {
    const auto image = train.pixels.begin() + static_cast<long>(i * 30);
    second.insert(second.end(), image, image + 30);
  }
  const auto alone = log_likelihoods(fit_pca(second, 30, 3), test);
  ASSERT_EQ(result.test_log_likelihoods.size(), 7U * 2U);
  for (std::size_t i = 0; i < 7; ++i) {
    EXPECT_EQ(result.test_log_likelihoods[2 * i + 1], static_cast<float>(alone[i]));
  }
}

TEST(TrainPca, gives_the_same_bits_when_repeated) {
  const TwoClasses train;
  const auto test = images(7, 30, true, 3);

  const PcaResult once = train_pca(train.samples(), {}, {test, {}}, 30, 3, {});
  const PcaResult again = train_pca(train.samples(), {}, {test, {}}, 30, 3, {});

  EXPECT_TRUE(once.validation_log_likelihoods.empty());
  EXPECT_EQ(once.test_log_likelihoods, again.test_log_likelihoods);
  EXPECT_EQ(once.components, again.components);
}

TEST(TrainPca, is_refused_when_a_class_has_too_few_samples_or_pixels) {
  const TwoClasses train;

  EXPECT_THAT([&] { check_pca(train.samples(), 30, 39); },
              ThrowsMessage<UsageError>(HasSubstr("needs at least 41 images of at least 40 pixels; "
                                                  "the smallest class has 40 of 30")));
  EXPECT_THAT([&] { train_pca(train.samples(), {}, {}, 30, 30, {}); },
              ThrowsMessage<UsageError>(HasSubstr("model.latent_dim")));
  EXPECT_THROW(check_pca({}, 30, 2), UsageError);
  EXPECT_NO_THROW(check_pca(train.samples(), 30, 29));
}

TEST(FitPca, ends_the_attempt_when_nothing_is_left_beside_the_components) {
  std::vector<std::uint8_t> line;  // images that differ in one direction only
  for (int i = 0; i < 20; ++i) {
    for (int pixel = 0; pixel < 6; ++pixel) {
      line.push_back(static_cast<std::uint8_t>(10 * pixel + i));
    }
  }

  EXPECT_THAT([&] { fit_pca(line, 6, 2); },
              ThrowsMessage<AttemptError>(HasSubstr("2 principal components hold all variance")));
}

}  // namespace
}  // namespace clvae::train
