// The optimiser, against LibTorch's.

#include "train/adam.hpp"

#include <cstring>
#include <sstream>

#include <gtest/gtest.h>
#include <torch/optim/adam.h>
#include <torch/serialize.h>
#include <torch/utils.h>

#include "core/random.hpp"
#include "train/learning_rate.hpp"
#include "train/training_state.hpp"

namespace clvae::train {
namespace {

constexpr int kSteps = 300;

std::vector<float> normal_numbers(RandomStream& stream, std::size_t count, double scale) {
  std::vector<float> numbers;
  for (std::size_t i = 0; i < count; ++i) {
    numbers.push_back(static_cast<float>(scale * stream.normal()));
  }
  return numbers;
}

std::vector<float> values_of(const torch::Tensor& tensor) {
  const torch::Tensor copy = tensor.contiguous();
  return {copy.data_ptr<float>(), copy.data_ptr<float>() + copy.numel()};
}

bool have_same_bits(const torch::Tensor& a, const torch::Tensor& b) {
  const std::vector<float> left = values_of(a);
  const std::vector<float> right = values_of(b);
  return left.size() == right.size() &&
         std::memcmp(left.data(), right.data(), left.size() * sizeof(float)) == 0;
}

/// Two parts of weights, of sizes that fill no vector register, with gradients that change from
/// step to step; and the same for LibTorch's optimiser.
class AdamTest : public testing::Test {
 protected:
  AdamTest() {
    for (networks::FlatWeights* part : parts()) {
      part->from_vector(
          normal_numbers(stream_, static_cast<std::size_t>(part->values().numel()), 0.1));
      theirs_.push_back(part->values().clone());
      theirs_.back().mutable_grad() = torch::zeros_like(theirs_.back());
    }
  }

  std::vector<networks::FlatWeights*> parts() { return {&first_, &second_}; }

  void draw_gradients() {
    for (std::size_t i = 0; i < theirs_.size(); ++i) {
      const torch::Tensor gradient = parts()[i]->values().grad();
      gradient.copy_(
          torch::tensor(normal_numbers(stream_, static_cast<std::size_t>(gradient.numel()), 1e-3)));
      theirs_[i].mutable_grad().copy_(gradient);
    }
  }

  static double rate(int step) {
    return learning_rate_at(LearningRateSchedule::one_cycle, 5e-3, step, kSteps);
  }

  RandomStream stream_{Seed{7}};
  networks::FlatWeights first_{{{"a", {37, 5}}, {"b", {11}}}, torch::kCPU};
  networks::FlatWeights second_{{{"c", {4099}}}, torch::kCPU};
  std::vector<torch::Tensor> theirs_;
};

TEST_F(AdamTest, gives_the_bits_of_libtorchs_when_rates_and_gradients_change) {
  torch::optim::Adam reference(theirs_, torch::optim::AdamOptions(1e-3));
  std::vector<double> rates;
  for (int step = 0; step < kSteps; ++step) rates.push_back(rate(step));
  const torch::Tensor scalars = Adam::scalars(0, rates);
  Adam adam(parts());

  for (int step = 0; step < kSteps; ++step) {
    draw_gradients();
    static_cast<torch::optim::AdamOptions&>(reference.param_groups()[0].options()).lr(rate(step));
    reference.step();
    adam.step(scalars.select(0, step));
    ASSERT_TRUE(have_same_bits(first_.values(), theirs_[0])) << "in step " << step;
    ASSERT_TRUE(have_same_bits(second_.values(), theirs_[1])) << "in step " << step;
  }
}

TEST_F(AdamTest, computes_the_same_scalars_when_an_epoch_begins_later) {
  const torch::Tensor all = Adam::scalars(0, {1e-3, 2e-3, 3e-3, 4e-3});

  EXPECT_TRUE(have_same_bits(Adam::scalars(2, {3e-3, 4e-3}), all.narrow(0, 2, 2)));
  EXPECT_FLOAT_EQ(all[0][1].item<float>(), -1e-3F / 0.1F);
}

TEST_F(AdamTest, is_as_new_when_it_is_reset) {
  const torch::Tensor scalars = Adam::scalars(0, {1e-3});
  Adam adam(parts());
  draw_gradients();
  const std::vector<float> before = first_.to_vector();
  adam.step(scalars.select(0, 0));
  const std::vector<float> after = first_.to_vector();

  first_.from_vector(before);
  adam.reset();
  adam.step(scalars.select(0, 0));

  EXPECT_EQ(first_.to_vector(), after);
}

TEST_F(AdamTest, moments_are_read_when_libtorchs_optimiser_wrote_them) {
  torch::optim::Adam reference(theirs_, torch::optim::AdamOptions(1e-3));
  for (int step = 0; step < 3; ++step) {
    draw_gradients();
    reference.step();
  }
  // What versions of this program wrote that used it.
  torch::serialize::OutputArchive archive;
  archive.write("position", torch::tensor({1L, 2L, 32L, 2L, 0L}, torch::kInt64));
  archive.write("sums", torch::tensor({1.5, 2.5}, torch::kFloat64));
  archive.write("stopping", torch::tensor({0.0, -1.0, 1e9}, torch::kFloat64));
  archive.write("loss_history", torch::tensor({0.5F}));
  archive.write("seconds", torch::tensor({4.5}, torch::kFloat64));
  archive.write("weights_0", theirs_[0]);
  archive.write("weights_1", theirs_[1]);
  torch::serialize::OutputArchive moments;
  reference.save(moments);
  archive.write("optimizer", moments);
  std::ostringstream bytes;
  archive.save_to(bytes);

  const TrainingState state = decode(bytes.str());

  EXPECT_EQ(state.steps_made, 3);
  ASSERT_EQ(state.moments.size(), 2U);
  const auto& states = reference.state();
  std::vector<std::vector<float>> means;
  for (const auto& kept : states) {
    means.push_back(
        values_of(static_cast<const torch::optim::AdamParamState&>(*kept.second).exp_avg()));
  }
  for (const TrainingState::Moments& part : state.moments) {
    EXPECT_NE(std::find(means.begin(), means.end(), part.mean), means.end());
  }
  EXPECT_EQ(state.moments[0].mean.size(), 37U * 5U + 11U);
  EXPECT_EQ(state.moments[1].square.size(), 4099U);
}

TEST_F(AdamTest, moments_come_back_when_a_state_is_written_and_read) {
  TrainingState state;
  state.weights = {{1, 2, 3}, {4, 5}};
  state.moments = {{{1, 2, 3}, {4, 5, 6}}, {{7, 8}, {9, 10}}};
  state.steps_made = 12;

  const TrainingState again = decode(encode(state));

  EXPECT_EQ(again.steps_made, 12);
  EXPECT_EQ(again.moments[0].mean, state.moments[0].mean);
  EXPECT_EQ(again.moments[0].square, state.moments[0].square);
  EXPECT_EQ(again.moments[1].mean, state.moments[1].mean);
  EXPECT_EQ(again.moments[1].square, state.moments[1].square);
}

TEST_F(AdamTest, moments_are_zero_when_no_step_was_made_before_a_state_was_written) {
  TrainingState state;
  state.weights = {{1, 2, 3}};
  state.moments = {{{0, 0, 0}, {0, 0, 0}}};

  const TrainingState again = decode(encode(state));

  EXPECT_EQ(again.steps_made, 0);
  EXPECT_EQ(again.moments[0].mean, std::vector<float>(3));
}

}  // namespace
}  // namespace clvae::train
