#include "run/epoch_table.hpp"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clvae::run {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr float kNone = std::numeric_limits<float>::quiet_NaN();

class EpochTableOfRun : public testing::Test {
 protected:
  EpochTableOfRun() {
    folder_ = testing::TempDir() + "clvae-epochs-XXXXXX";
    EXPECT_NE(mkdtemp(folder_.data()), nullptr);
  }
  ~EpochTableOfRun() override { std::filesystem::remove_all(folder_); }

  std::string path() const { return folder_ + "/epochs.csv"; }
  EpochTable table() {
    return EpochTable(path(), [this](const std::string& line) { warnings_.push_back(line); });
  }
  std::string text() const {
    std::ifstream file(path());
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
  }
  void put(const std::string& content) const { std::ofstream(path()) << content; }
  /// "member attempt epoch" of each row, in order.
  std::vector<std::string> rows() const {
    std::vector<std::string> found;
    for (const EpochRow& row : read_epochs(path())) {
      found.push_back(std::to_string(row.member.value()) + " " +
                      std::to_string(row.attempt.value()) + " " + std::to_string(row.epoch));
    }
    return found;
  }

  std::string folder_;
  std::vector<std::string> warnings_;
};

EpochRow row(std::uint32_t member, int epoch, float training = 0.5F, std::uint32_t attempt = 0,
             double seconds = 1) {
  return {Kind::clvae, MemberIndex{member}, Attempt{attempt}, 17, epoch, training, kNone, 0.001,
          seconds};
}

TEST_F(EpochTableOfRun, has_a_row_as_soon_as_an_epoch_has_ended) {
  EpochTable epochs = table();
  epochs.note(row(0, 1, 0.25F));
  EXPECT_THAT(rows(), ElementsAre("0 0 1"));
  epochs.note(row(2, 1));
  epochs.note(row(0, 2));

  EXPECT_THAT(rows(), ElementsAre("0 0 1", "2 0 1", "0 0 2"));
  EXPECT_EQ(text().substr(0, text().find("clvae,2")),
            "method,member,attempt,seed,epoch,training_loss,validation_loss,learning_rate,seconds\n"
            "clvae,0,0,17,1,0.25,,0.001,1\n");
  const EpochRow first = read_epochs(path()).front();
  EXPECT_EQ(first.training_loss, 0.25F);
  EXPECT_TRUE(std::isnan(first.validation_loss));
}

TEST_F(EpochTableOfRun, has_each_epoch_once_when_a_job_that_was_killed_goes_on) {
  table().note(row(0, 1));
  EpochTable before = table();
  before.note(row(0, 2, 0.4F));
  put(text() + "clvae,0,0,17,3,0.3");  // what a kill in the middle of a line leaves

  EpochTable epochs = table();
  epochs.write();
  EXPECT_THAT(rows(), ElementsAre("0 0 1", "0 0 2"));
  epochs.note(row(0, 2, 0.45F));  // from a checkpoint before it
  epochs.note(row(0, 3));
  EXPECT_THAT(rows(), ElementsAre("0 0 1", "0 0 2", "0 0 3"));
  epochs.write();

  EXPECT_EQ(read_epochs(path())[1].training_loss, 0.45F);
}

TEST_F(EpochTableOfRun, is_completed_from_what_the_run_file_says_of_a_member) {
  EpochTable epochs = table();
  epochs.note(row(1, 1, 9, 0, 4));  // an attempt that failed
  epochs.note(row(1, 1, 0.5F, 1, 5));
  epochs.note(row(1, 9, 0.5F, 1, 6));  // which the member does not have

  std::vector<EpochRow> settled{row(1, 1, 0.6F, 1), row(1, 2, 0.7F, 1)};
  for (EpochRow& one : settled) one.seconds = kNone;
  epochs.settle(Kind::clvae, MemberIndex{1}, Attempt{1}, settled);
  epochs.write();

  EXPECT_THAT(rows(), ElementsAre("1 0 1", "1 1 1", "1 1 2"));
  const std::vector<EpochRow> found = read_epochs(path());
  EXPECT_EQ(found[1].training_loss, 0.6F);
  EXPECT_EQ(found[1].seconds, 5);
  EXPECT_TRUE(std::isnan(found[2].seconds));
}

TEST_F(EpochTableOfRun, forgets_members_that_begin_anew_and_those_of_another_run) {
  EpochTable epochs = table();
  for (const std::uint32_t member : {0U, 1U, 7U}) epochs.note(row(member, 1));
  epochs.note(row(1, 1, 0.5F, 1));
  EpochRow other = row(0, 1);
  other.kind = Kind::vae;
  epochs.note(other);

  epochs.forget(Kind::clvae, MemberIndex{1}, Attempt{1});
  epochs.limit({{Kind::clvae, 2}});
  epochs.write();

  EXPECT_THAT(rows(), ElementsAre("0 0 1", "1 0 1"));
}

TEST_F(EpochTableOfRun, is_left_untouched_where_nothing_changes_and_unmade_where_there_is_nothing) {
  table().write();
  EXPECT_FALSE(std::filesystem::exists(path()));
  table().note(row(0, 1));
  const auto written = std::filesystem::last_write_time(path());

  table().write();

  EXPECT_EQ(std::filesystem::last_write_time(path()), written);
}

TEST_F(EpochTableOfRun, warns_once_and_makes_no_folder_when_its_folder_is_gone) {
  EpochTable epochs = table();
  epochs.note(row(0, 1));
  std::filesystem::remove_all(folder_);

  epochs.note(row(0, 2));
  epochs.note(row(0, 3));
  epochs.write();

  EXPECT_EQ(warnings_.size(), 1U);
  EXPECT_FALSE(std::filesystem::exists(folder_));
}

TEST_F(EpochTableOfRun, passes_over_what_is_no_row) {
  put("a,b\nclvae,0,0,17,1,0.5,,0.001,1\nclvae,0,0,17,0,0.5,,0.001,1\nnothing,0,0,1,1,1,1,1,1\n"
      "clvae,0,0,17,2,0.5,,0.001\nclvae,0,0,17,2,0.5,,0.001,1,2\n\n");
  EXPECT_THAT(rows(), ElementsAre("0 0 1"));
  std::filesystem::remove(path());
  EXPECT_THAT(rows(), IsEmpty());
}

}  // namespace
}  // namespace clvae::run
