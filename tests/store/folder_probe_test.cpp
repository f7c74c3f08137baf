#include "store/folder_probe.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/run_lock.hpp"

namespace clvae::store {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class FolderProbeTest : public testing::Test {
 protected:
  FolderProbeTest() : folder_(testing::TempDir() + fmt::format("clvae_probe_{}", getpid())) {
    std::filesystem::create_directories(folder_);
  }
  ~FolderProbeTest() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
};

TEST_F(FolderProbeTest, is_seen_locked_while_it_lives_and_leaves_no_file) {
  std::string file;
  {
    const FolderProbe probe(folder_);
    file = probe.file();

    EXPECT_EQ(look_at_probe(file), Sight::locked);
    EXPECT_TRUE(probe.facts().has_locks);
    EXPECT_GT(probe.facts().free_bytes, 0U);
    EXPECT_FALSE(probe.facts().file_system.empty());
    EXPECT_THAT(probe.facts().error, IsEmpty());
  }
  EXPECT_EQ(look_at_probe(file), Sight::absent);
  EXPECT_TRUE(std::filesystem::is_empty(folder_));
}

TEST_F(FolderProbeTest, says_why_it_can_not_be_made) {
  std::ofstream(folder_ + "/file") << "in the way";

  const FolderProbe probe(folder_ + "/file");

  EXPECT_THAT(probe.facts().error, HasSubstr("Not a directory"));
  EXPECT_THAT(probe.file(), IsEmpty());
}

TEST_F(FolderProbeTest, is_seen_without_a_lock_where_nobody_holds_one) {
  std::ofstream(folder_ + "/file") << "of somebody";

  EXPECT_EQ(look_at_probe(folder_ + "/file"), Sight::unlocked);
}

TEST_F(FolderProbeTest, look_at_a_run_s_lock_tells_its_holder_and_changes_nothing) {
  const std::string path = folder_ + "/run.lock";
  EXPECT_EQ(look_at_lock(path).state, LockState::free);
  {
    const RunLock lock(path, [](const std::string& /*line*/) {});

    const LockLook look = look_at_lock(path);

    EXPECT_EQ(look.state, LockState::held);
    EXPECT_THAT(look.holder, HasSubstr(fmt::format("process {} on ", getpid())));
    EXPECT_FALSE(lock.is_lost());
  }
  EXPECT_EQ(look_at_lock(path).state, LockState::free);
}

TEST_F(FolderProbeTest, look_at_another_host_s_lock_says_that_it_is_not_sure) {
  const std::string path = folder_ + "/run.lock";
  std::ofstream(path)
      << R"({"host":"node7","process":4711,"start":"1","space":"x","job":"99","beat":3})"
      << "\n";

  const LockLook look = look_at_lock(path);

  EXPECT_EQ(look.state, LockState::claimed);
  EXPECT_EQ(look.holder, "process 4711 on node7, job 99");
}

}  // namespace
}  // namespace clvae::store
