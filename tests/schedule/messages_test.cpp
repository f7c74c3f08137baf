#include "schedule/messages.hpp"

#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"

namespace clvae::schedule {
namespace {

const Task kTask{Kind::clvae, MemberIndex{7}, Attempt{2}};

TEST(Messages, come_back_unchanged_when_encoded) {
  EXPECT_TRUE(std::holds_alternative<Request>(decode(encode(Request{}))));
  EXPECT_TRUE(std::holds_alternative<NoMore>(decode(encode(NoMore{}))));
  EXPECT_EQ(std::get<Done>(decode(encode(Done{kTask}))).task, kTask);
  EXPECT_EQ(std::get<Assign>(decode(encode(Assign{kTask}))).task, kTask);
  EXPECT_TRUE(std::holds_alternative<Stop>(decode(encode(Stop{}))));
  EXPECT_EQ(std::get<Interrupted>(decode(encode(Interrupted{kTask}))).task, kTask);
  EXPECT_EQ(std::get<Lanes>(decode(encode(Lanes{16}))).count, 16);
  const auto lacked = std::get<LackedMemory>(decode(encode(LackedMemory{kTask, "2 GiB"})));
  EXPECT_EQ(lacked.task, kTask);
  EXPECT_EQ(lacked.reason, "2 GiB");
  EXPECT_EQ(std::get<StopWanted>(decode(encode(StopWanted{"SIGUSR1"}))).reason, "SIGUSR1");
  const auto failed = std::get<Failed>(decode(encode(Failed{kTask, "loss \"NaN\"\n"})));
  EXPECT_EQ(failed.task, kTask);
  EXPECT_EQ(failed.reason, "loss \"NaN\"\n");
  const auto progress = std::get<Progress>(decode(encode(Progress{kTask, {3, 50, 0.1, 0.2, 7.5}})));
  EXPECT_EQ(progress.task, kTask);
  EXPECT_EQ(progress.progress.epoch, 3);
  EXPECT_EQ(progress.progress.epochs, 50);
  EXPECT_EQ(progress.progress.train_loss, 0.1);
  EXPECT_EQ(progress.progress.validation_loss, 0.2);
  EXPECT_EQ(progress.progress.seconds, 7.5);
}

TEST(Messages, keep_that_a_loss_is_missing_when_there_is_no_validation) {
  const double none = std::numeric_limits<double>::quiet_NaN();

  const auto progress = std::get<Progress>(decode(encode(Progress{kTask, {1, 2, 0.5, none}})));

  EXPECT_TRUE(std::isnan(progress.progress.validation_loss));
}

TEST(Messages, survive_a_reason_that_is_no_utf8) {
  EXPECT_NO_THROW(decode(encode(Failed{kTask, "\xff\xfe"})));
}

TEST(Messages, are_refused_when_they_make_no_sense) {
  for (const char* bytes : {"", "{", "[]", "[1]", R"(["done"])", R"(["done",[0]])",
                            R"(["dance",[0,0,0]])", R"(["done",[0,0,"x"]])", "null"}) {
    EXPECT_THROW(decode(bytes), RunError) << bytes;
  }
}

}  // namespace
}  // namespace clvae::schedule
