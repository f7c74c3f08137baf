#include "store/run_lock.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <thread>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include "clvae/core/errors.hpp"

namespace clvae::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::ThrowsMessage;

class RunLockTest : public testing::Test {
 protected:
  RunLockTest() : path_(testing::TempDir() + fmt::format("clvae_{}.lock", getpid())) {
    std::filesystem::remove(path_);
  }
  ~RunLockTest() override { std::filesystem::remove(path_); }

  RunLock take() {
    return RunLock(path_, [this](const std::string& line) { said_.push_back(line); });
  }
  /// What a process on another host would write: over what is there, so that no reader meets an
  /// empty file.
  void write_foreign(int beat) const {
    const std::string line = fmt::format(
        R"({{"host":"node7","process":4711,"start":"1","space":"x","job":"99","beat":{}}})", beat);
    const auto in_place = std::filesystem::exists(path_) ? std::ios::in : std::ios::openmode{};
    std::ofstream(path_, std::ios::out | in_place) << fmt::format("{:<511}\n", line) << std::flush;
  }

  std::string path_;
  std::vector<std::string> said_;
};

TEST_F(RunLockTest, refuses_a_second_job_and_names_the_first) {
  const RunLock first = take();

  EXPECT_THAT([&] { take(); },
              ThrowsMessage<RunInUseError>(HasSubstr(fmt::format("process {} on ", getpid()))));
  EXPECT_FALSE(first.is_lost());
}

TEST_F(RunLockTest, leaves_no_file_when_it_is_given_back) {
  { const RunLock lock = take(); }

  EXPECT_FALSE(std::filesystem::exists(path_));
  EXPECT_NO_THROW(take());
  EXPECT_THAT(said_, IsEmpty());
}

TEST_F(RunLockTest, is_taken_over_when_its_process_was_killed) {
  const pid_t child = fork();
  if (child == 0) {
    const RunLock lock = take();
    kill(getpid(), SIGKILL);
  }
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  ASSERT_TRUE(std::filesystem::exists(path_));

  const RunLock lock = take();

  EXPECT_THAT(said_, ElementsAre(HasSubstr(fmt::format("process {} on ", child))));
}

TEST_F(RunLockTest, is_refused_when_another_host_keeps_counting) {
  std::atomic<bool> ends{false};
  write_foreign(0);
  std::thread other([&] {
    for (int beat = 1; !ends; ++beat) {
      write_foreign(beat);
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
  });

  EXPECT_THAT([&] { take(); },
              ThrowsMessage<RunInUseError>(HasSubstr("process 4711 on node7, job 99")));
  ends = true;
  other.join();
}

TEST_F(RunLockTest, is_taken_over_when_another_host_has_stopped_counting) {
  write_foreign(3);

  const RunLock lock = take();

  EXPECT_THAT(said_, ElementsAre(HasSubstr("watching"), HasSubstr("process 4711 on node7")));
}

TEST_F(RunLockTest, is_lost_when_another_job_has_written_into_it) {
  const RunLock lock = take();
  write_foreign(1);

  for (int tries = 0; tries < 100 && !lock.is_lost(); ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
  }

  EXPECT_TRUE(lock.is_lost());
}

TEST_F(RunLockTest, takes_no_notice_when_the_file_holds_anything_else) {
  for (const char* content : {"", "{", "null", "[1]", R"({"host":3})"}) {
    std::ofstream(path_) << content;
    EXPECT_NO_THROW(take()) << content;
  }
}

TEST_F(RunLockTest, says_what_is_wrong_when_the_file_can_not_be_made) {
  EXPECT_THROW(RunLock("/nowhere/run.lock", {}), IoError);
}

}  // namespace
}  // namespace clvae::store
