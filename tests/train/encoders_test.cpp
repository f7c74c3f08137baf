#include "train/encoders.hpp"

#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "train/fixture.hpp"

namespace clvae::train {
namespace {

class EncodersTest : public TrainerTest {};

TEST_F(EncodersTest, give_the_bits_that_the_trainer_gave) {
  Trainer trained = trainer(small_options());
  const AutoencoderResult first = trained.train_clvae(Seed{1}, centres_, {});
  const AutoencoderResult second = trained.train_clvae(Seed{2}, centres_, {});
  Encoders encoders(small_options().architecture, "cpu");
  encoders.add(first.encoder_weights);
  encoders.add(second.encoder_weights);

  std::vector<std::vector<float>> test;
  encoders.encode(test_.pixels, [&](std::size_t encoder, const std::vector<float>& latents) {
    EXPECT_EQ(encoder, test.size());
    test.push_back(latents);
  });
  std::vector<float> train;  // more than one batch
  encoders.encode(train_.pixels, [&](std::size_t encoder, const std::vector<float>& latents) {
    if (encoder == 1) train = latents;
  });

  ASSERT_EQ(test.size(), 2U);
  EXPECT_TRUE(same_bits(test[0], first.test_latents));
  EXPECT_TRUE(same_bits(test[1], second.test_latents));
  EXPECT_TRUE(same_bits(train, second.train_latents));
}

TEST_F(EncodersTest, are_refused_when_weights_or_pixels_do_not_fit) {
  Encoders encoders(small_options().architecture, "cpu");

  EXPECT_THROW(encoders.add({1, 2, 3}), UsageError);
  EXPECT_THROW(encoders.encode(Values(test_.pixels).subspan(0, 63), {}), UsageError);
  EXPECT_THROW(Encoders(small_options().architecture, "cuda:99"), RunError);
}

}  // namespace
}  // namespace clvae::train
