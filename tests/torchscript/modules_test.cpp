#include "torchscript/modules.hpp"

#include <cmath>
#include <ostream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/script.h>

#include "clvae/core/errors.hpp"
#include "core/random.hpp"
#include "networks/architectures.hpp"
#include "train/device.hpp"
#include "train/encoders.hpp"

namespace clvae::torchscript {
namespace {

using reduce::Merge;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr std::int64_t kSamples = 60;
constexpr std::int64_t kClasses = 3;
constexpr std::size_t kReferences = 45;

/// Which samples, and how their scores are merged.
struct Way {
  const char* score;
  Merge merge;
  bool features;
  std::size_t members;
};

std::string describe(const Way& way) {
  return std::string(way.score) + "_" + std::string(reduce::name_of(way.merge)) +
         (way.features ? "_features_" : "_images_") + std::to_string(way.members);
}

void PrintTo(const Way& way, std::ostream* out) { *out << describe(way); }

networks::ArchitecturePtr images_of(int channels) {
  return networks::convolutional({channels, 8, 12}, 2, 8, {{4, 1}, {8, 2}});
}

/// Members with weights and Gaussians that were drawn, not trained.
class Drawn {
 public:
  explicit Drawn(const Way& way) {
    options.class_names = {"a", "b", "c"};
    for (std::size_t i = 0; i < kReferences; ++i) {
      options.reference_classes.push_back(static_cast<std::int32_t>(i) % 3);
    }
    options.score = reduce::score_named(way.score);
    options.merge = way.merge;
    if (way.features) {
      options.architecture = networks::dense(5, 2, {7, 6});
      options.standardisation = data::Standardisation{{10, -3, 0, 1, 5}, {2, 0.5, 1, 3, 10}};
    } else {
      options.architecture = images_of(3);
    }
    for (std::size_t i = 0; i < way.members; ++i) {
      members.push_back(member());
      notes.members.push_back(static_cast<std::int64_t>(10 * i));
    }
    notes.threshold = 3.25F;
    notes.description = R"({"format": "a test"})";
  }

  std::vector<float> features() {
    std::vector<float> values;
    for (std::int64_t i = 0; i < 5 * kSamples; ++i) {
      const auto feature = static_cast<std::size_t>(i % 5);
      values.push_back(
          static_cast<float>(options.standardisation->means[feature] +
                             options.standardisation->deviations[feature] * stream_.normal()));
    }
    // Far from all that a member may have been trained on, and further.
    for (const std::size_t place : {0U, 12U, 13U}) values[place] = place == 0 ? 1e6F : -1e30F;
    return values;
  }

  std::vector<std::uint8_t> pixels() {
    std::vector<std::uint8_t> values;
    for (std::int64_t i = 0; i < kSamples * options.architecture->sample().values(); ++i) {
      values.push_back(static_cast<std::uint8_t>(stream_.below(256)));
    }
    return values;
  }

  score::EnsembleOptions options;
  std::vector<score::Member> members;
  Notes notes;

 private:
  score::Member member() {
    score::Member drawn;
    const auto weights =
        static_cast<std::size_t>(networks::parameters_in(options.architecture->encoder_layout()));
    for (std::size_t i = 0; i < weights; ++i) {
      drawn.encoder_weights.push_back(static_cast<float>(0.2 * stream_.normal()));
    }
    reduce::ClassStatistics statistics;
    statistics.classes = kClasses;
    statistics.dimension = 2;
    for (std::int64_t label = 0; label < kClasses; ++label) {
      for (int axis = 0; axis < 2; ++axis) statistics.means.push_back(stream_.normal());
      for (const double value : {0.5, 0.1, 0.1, 0.3}) statistics.covariances.push_back(value);
    }
    drawn.gaussians = reduce::gaussians_of(statistics);
    drawn.index = 2 * members.size();
    for (std::size_t i = 0; i < 2 * kReferences; ++i) {
      const std::size_t mean = i / 2 % static_cast<std::size_t>(kClasses) * 2 + i % 2;
      drawn.reference_latents.push_back(
          static_cast<float>(statistics.means[mean] + 0.5 * stream_.normal()));
    }
    return drawn;
  }

  RandomStream stream_{Seed{9}};
};

torch::jit::Module loaded(const std::string& bytes) {
  std::istringstream stream(bytes);
  return torch::jit::load(stream);
}

/// A copy, as the shape says.
template <class Value>
torch::Tensor tensor_of(const std::vector<Value>& values, const std::vector<std::int64_t>& shape) {
  return torch::tensor(torch::ArrayRef<Value>(values)).reshape(shape);
}

void expect_near(const torch::Tensor& found, const std::vector<float>& expected) {
  ASSERT_EQ(found.scalar_type(), torch::kFloat32);
  ASSERT_EQ(found.numel(), static_cast<std::int64_t>(expected.size()));
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const float value = found[static_cast<std::int64_t>(i)].item<float>();
    EXPECT_NEAR(value, expected[i], 1e-5 * (1 + std::abs(expected[i]))) << i;
  }
}

class ModulesTest : public testing::TestWithParam<Way> {
 protected:
  static void SetUpTestSuite() { train::prepare(1); }
};

TEST_P(ModulesTest, say_of_samples_what_the_ensemble_says) {
  Drawn drawn(GetParam());
  const score::Ensemble ensemble(drawn.options, drawn.members);
  Scores expected;
  torch::Tensor samples;
  if (GetParam().features) {
    const std::vector<float> values = drawn.features();
    expected = ensemble.score(values);
    samples = tensor_of(values, {kSamples, 5});
  } else {
    const std::vector<std::uint8_t> values = drawn.pixels();
    expected = ensemble.score(values);
    samples = tensor_of(values, {kSamples, 3, 8, 12});
  }

  auto module = loaded(Modules(drawn.options, drawn.members, drawn.notes).ensemble_file());
  const auto scores = module.forward({samples}).toGenericDict();

  expect_near(scores.at("anomaly_score").toTensor(), expected.anomaly);
  expect_near(scores.at("confidence").toTensor(), expected.confidence);
  expect_near(scores.at("disagreement").toTensor(), expected.disagreement);
  for (std::int64_t i = 0; i < kSamples; ++i) {
    const auto place = static_cast<std::size_t>(i);
    EXPECT_EQ(scores.at("nearest_class").toTensor()[i].item<std::int64_t>(),
              expected.nearest_class[place]);
    const float score = scores.at("anomaly_score").toTensor()[i].item<float>();
    EXPECT_EQ(scores.at("is_anomaly").toTensor()[i].item<bool>(), score > 3.25F);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Ways, ModulesTest,
    testing::Values(
        Way{"density", Merge::mean, false, 3}, Way{"density", Merge::mean, true, 3},
        Way{"density", Merge::mean, false, 1}, Way{"density", Merge::geometric, false, 3},
        Way{"density", Merge::max, false, 3}, Way{"density", Merge::min, false, 3},
        Way{"peak_normalised", Merge::mean, false, 3},
        Way{"peak_normalised", Merge::geometric, true, 2},
        Way{"peak_normalised", Merge::max, false, 3}, Way{"peak_normalised", Merge::min, false, 3},
        Way{"mahalanobis", Merge::mean, false, 3}, Way{"mahalanobis", Merge::max, true, 3},
        Way{"mahalanobis", Merge::min, false, 3}, Way{"joint", Merge::joint, false, 5},
        Way{"joint", Merge::joint, true, 4}, Way{"nearest", Merge::joint, false, 3},
        Way{"nearest", Merge::joint, true, 4}),
    [](const testing::TestParamInfo<Way>& way) { return describe(way.param); });

TEST(Modules, give_each_members_own_latents_and_class_scores) {
  Drawn drawn({"density", Merge::mean, false, 2});
  const std::vector<std::uint8_t> pixels = drawn.pixels();
  train::Encoders encoders(drawn.options.architecture, "cpu");
  for (const score::Member& member : drawn.members) encoders.add(member.encoder_weights);
  std::vector<std::vector<float>> latents(2);
  encoders.encode(pixels, [&](std::size_t member, const std::vector<float>& found) {
    latents[member] = found;
  });
  const Modules modules(drawn.options, drawn.members, drawn.notes);

  for (std::size_t member = 0; member < 2; ++member) {
    auto module = loaded(modules.member_file(member));
    const auto found = module.forward({tensor_of(pixels, {kSamples, 3, 8, 12})}).toTuple();

    expect_near(found->elements()[0].toTensor().flatten(), latents[member]);
    const std::vector<double> expected =
        reduce::class_scores(drawn.members[member].gaussians, latents[member], {});
    const torch::Tensor scores = found->elements()[1].toTensor().flatten();
    ASSERT_EQ(scores.scalar_type(), torch::kFloat64);
    for (std::size_t i = 0; i < expected.size(); ++i) {
      EXPECT_NEAR(scores[static_cast<std::int64_t>(i)].item<double>(), expected[i],
                  1e-4 * (1 + std::abs(expected[i])));
    }
    EXPECT_EQ(module.attr("member").toInt(), static_cast<std::int64_t>(10 * member));
  }
}

TEST(Modules, take_intensities_and_single_channels_as_they_take_bytes) {
  Drawn drawn({"density", Merge::mean, false, 1});
  drawn.options.architecture = images_of(1);
  const auto weights = networks::parameters_in(drawn.options.architecture->encoder_layout());
  drawn.members.front().encoder_weights.resize(static_cast<std::size_t>(weights));
  auto module = loaded(Modules(drawn.options, drawn.members, drawn.notes).ensemble_file());
  const torch::Tensor bytes = tensor_of(drawn.pixels(), {kSamples, 1, 8, 12});
  const auto anomalies = [&](const torch::Tensor& samples) {
    return module.forward({samples}).toGenericDict().at("anomaly_score").toTensor();
  };

  const torch::Tensor expected = anomalies(bytes);

  EXPECT_TRUE(torch::equal(anomalies(bytes.reshape({kSamples, 8, 12})), expected));
  EXPECT_TRUE(torch::equal(anomalies(bytes.to(torch::kFloat32) / 255), expected));
  EXPECT_TRUE(torch::equal(anomalies(bytes.to(torch::kInt64)), expected));
}

TEST(Modules, standardise_features_to_the_bits_that_the_ensemble_takes) {
  Drawn drawn({"density", Merge::mean, true, 1});
  auto& by = *drawn.options.standardisation;
  by.means = {1.7e9, 0, 0, 1e15, 0.1};
  by.deviations = {20, 1e-60, 1e300, 3, 0.3};
  std::vector<double> features;
  RandomStream stream(Seed{2});
  for (std::int64_t i = 0; i < 5 * kSamples; ++i) {
    const auto feature = static_cast<std::size_t>(i % 5);
    features.push_back(by.means[feature] + by.deviations[feature] * stream.normal());
  }
  // torch::tensor would round them to its default type.
  const auto given = [&] {
    return torch::from_blob(features.data(), {kSamples, 5}, torch::kFloat64).clone();
  };
  const auto latents = [&](const torch::Tensor& samples) {
    auto module = loaded(Modules(drawn.options, drawn.members, drawn.notes).member_file(0));
    return module.forward({samples}).toTuple()->elements()[0].toTensor();
  };
  const auto standardised = [&](std::vector<float>& values) {
    values.resize(features.size());
    by.apply(features, values);
    return tensor_of(values, {kSamples, 5});
  };
  // The same module without a standardisation takes what the ensemble's has made of them.
  const auto expected = [&] {
    std::vector<float> values;
    const torch::Tensor taken = standardised(values);
    Drawn plain({"density", Merge::mean, true, 1});
    plain.options.standardisation.reset();
    auto module = loaded(Modules(plain.options, drawn.members, plain.notes).member_file(0));
    return module.forward({taken}).toTuple()->elements()[0].toTensor();
  };

  const torch::Tensor exact = latents(given());
  EXPECT_TRUE(torch::equal(exact, expected()));
  by.means[2] = 0;
  by.deviations[2] = 1;  // which single precision can hold no part of otherwise
  for (std::size_t i = 2; i < features.size(); i += 5) features[i] = 0.5;
  by.precision = FeaturePrecision::float32;
  const torch::Tensor earlier = latents(given());
  EXPECT_TRUE(torch::equal(earlier, expected()));
  EXPECT_TRUE(torch::equal(earlier, latents(given().to(torch::kFloat32))));
  EXPECT_FALSE(torch::equal(earlier, exact));
}

TEST(Modules, do_not_say_what_is_an_anomaly_when_there_is_no_threshold) {
  Drawn drawn({"density", Merge::mean, true, 2});
  drawn.notes.threshold.reset();
  auto module = loaded(Modules(drawn.options, drawn.members, drawn.notes).ensemble_file());

  const auto scores = module.forward({tensor_of(drawn.features(), {kSamples, 5})}).toGenericDict();

  EXPECT_FALSE(scores.contains("is_anomaly"));
  EXPECT_TRUE(scores.contains("anomaly_score"));
  EXPECT_FALSE(module.hasattr("threshold"));
}

TEST(Modules, refuse_samples_of_another_shape_and_say_which_they_want) {
  Drawn images({"density", Merge::mean, false, 1});
  Drawn features({"density", Merge::mean, true, 1});
  auto of_images = loaded(Modules(images.options, images.members, images.notes).ensemble_file());
  auto of_features =
      loaded(Modules(features.options, features.members, features.notes).ensemble_file());

  for (const std::vector<std::int64_t>& shape :
       std::vector<std::vector<std::int64_t>>{{2, 3, 12, 8}, {2, 1, 8, 12}, {2, 8, 12}, {288}}) {
    EXPECT_THAT([&] { of_images.forward({torch::zeros(shape)}); },
                ThrowsMessage<std::exception>(HasSubstr("expected images, [n, 3, 8, 12]")));
  }
  for (const std::vector<std::int64_t>& shape :
       std::vector<std::vector<std::int64_t>>{{2, 4}, {5}, {2, 5, 1}}) {
    EXPECT_THAT([&] { of_features.forward({torch::zeros(shape)}); },
                ThrowsMessage<std::exception>(HasSubstr("expected features, [n, 5]")));
  }
}

TEST(Modules, carry_what_they_are) {
  Drawn drawn({"peak_normalised", Merge::max, false, 3});

  std::istringstream bytes(Modules(drawn.options, drawn.members, drawn.notes).ensemble_file());
  torch::jit::ExtraFilesMap extra{{kDescription, ""}};
  const auto module = torch::jit::load(bytes, c10::nullopt, extra);

  EXPECT_EQ(extra.at(kDescription), drawn.notes.description);
  EXPECT_EQ(module.attr("threshold").toDouble(), 3.25);
  EXPECT_EQ(module.attr("score").toStringRef(), "peak_normalised");
  EXPECT_EQ(module.attr("merge").toStringRef(), "max");
  EXPECT_THAT(module.attr("members").toIntVector(), ElementsAre(0, 10, 20));
  const auto names = module.attr("class_names").toList();
  ASSERT_EQ(names.size(), 3U);
  EXPECT_EQ(names.get(2).toStringRef(), "c");
}

TEST(Modules, refuse_members_that_do_not_fit) {
  Drawn drawn({"density", Merge::mean, false, 2});
  drawn.members[1].encoder_weights.pop_back();
  EXPECT_THAT([&] { Modules(drawn.options, drawn.members, drawn.notes); },
              ThrowsMessage<UsageError>(HasSubstr("weights given for an encoder of")));

  Drawn other({"mahalanobis", Merge::geometric, false, 2});
  EXPECT_THROW(Modules(other.options, other.members, other.notes), UsageError);

  Drawn uncounted({"density", Merge::mean, false, 2});
  uncounted.notes.members.pop_back();
  EXPECT_THROW(Modules(uncounted.options, uncounted.members, uncounted.notes), UsageError);
}

}  // namespace
}  // namespace clvae::torchscript
