#include "store/checkpoints.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"

namespace clvae::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class CheckpointsTest : public testing::Test {
 protected:
  CheckpointsTest() : folder_(testing::TempDir() + fmt::format("clvae_checkpoints_{}", getpid())) {
    std::filesystem::remove_all(folder_);
  }
  ~CheckpointsTest() override { std::filesystem::remove_all(folder_); }

  std::optional<std::string> find(const Checkpoints& checkpoints, const Checkpoints::Key& key) {
    return checkpoints.find(key, [this](const std::string& line) { warnings_.push_back(line); });
  }

  std::string folder_;
  Checkpoints checkpoints_{folder_, "run"};
  Checkpoints::Key key_{Kind::clvae, MemberIndex{12}, Attempt{1}};
  std::string state_ = std::string("weights\0and moments", 19);
  std::vector<std::string> warnings_;
};

TEST_F(CheckpointsTest, give_back_what_was_kept_last) {
  checkpoints_.keep(key_, "earlier");
  checkpoints_.keep(key_, state_);

  EXPECT_EQ(find(checkpoints_, key_), state_);
  EXPECT_THAT(warnings_, IsEmpty());
  EXPECT_FALSE(std::filesystem::exists(checkpoints_.file_of(key_.kind, key_.member) + ".new"));
}

TEST_F(CheckpointsTest, have_nothing_when_nothing_was_kept_or_all_is_removed) {
  EXPECT_EQ(find(checkpoints_, key_), std::nullopt);
  checkpoints_.keep(key_, state_);

  checkpoints_.remove(key_.kind, key_.member);

  EXPECT_EQ(find(checkpoints_, key_), std::nullopt);
  checkpoints_.keep(key_, state_);
  checkpoints_.remove_all();
  EXPECT_FALSE(std::filesystem::exists(folder_));
  EXPECT_THAT(warnings_, IsEmpty());
}

TEST_F(CheckpointsTest, are_not_kept_when_the_folder_of_the_run_is_gone) {
  const Checkpoints orphans(folder_ + "/removed/checkpoints", "run");

  EXPECT_THROW(orphans.keep(key_, state_), IoError);

  EXPECT_FALSE(std::filesystem::exists(folder_));
}

TEST_F(CheckpointsTest, are_not_used_when_they_are_of_another_run_or_attempt) {
  checkpoints_.keep(key_, state_);
  Checkpoints::Key later = key_;
  later.attempt = Attempt{2};

  EXPECT_EQ(find(Checkpoints(folder_, "another run"), key_), std::nullopt);
  EXPECT_EQ(find(checkpoints_, later), std::nullopt);

  EXPECT_THAT(warnings_, ElementsAre(HasSubstr("of another run, attempt or version"),
                                     HasSubstr("of another run, attempt or version")));
}

TEST_F(CheckpointsTest, are_not_used_when_a_byte_was_changed_or_lost) {
  checkpoints_.keep(key_, state_);
  const std::string path = checkpoints_.file_of(key_.kind, key_.member);
  const auto size = std::filesystem::file_size(path);
  for (std::uintmax_t place = 0; place < size; ++place) {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(place));
    const auto byte = static_cast<char>(file.get());
    file.seekp(static_cast<std::streamoff>(place));
    file.put(static_cast<char>(byte ^ 0x20));
    file.close();

    EXPECT_EQ(find(checkpoints_, key_), std::nullopt) << place;

    std::fstream repair(path, std::ios::in | std::ios::out | std::ios::binary);
    repair.seekp(static_cast<std::streamoff>(place));
    repair.put(byte);
  }
  EXPECT_EQ(find(checkpoints_, key_), state_);
  for (std::uintmax_t left = 0; left < size; ++left) {
    std::filesystem::resize_file(path, left);
    EXPECT_EQ(find(checkpoints_, key_), std::nullopt) << left;
    checkpoints_.keep(key_, state_);
  }
}

TEST_F(CheckpointsTest, say_what_is_wrong_when_the_folder_can_not_be_made) {
  const std::string file = testing::TempDir() + fmt::format("clvae_no_folder_{}", getpid());
  std::ofstream(file) << "a file";

  EXPECT_THROW(Checkpoints(file + "/checkpoints", "run").keep(key_, state_), IoError);
  std::filesystem::remove(file);
}

}  // namespace
}  // namespace clvae::store
