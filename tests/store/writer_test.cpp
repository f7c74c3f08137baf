#include "store/writer.hpp"

#include <algorithm>
#include <optional>
#include <stdexcept>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "fixture.hpp"
#include "shared_run_file.hpp"
#include "store/reader.hpp"

namespace clvae::store {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

TEST_F(SharedRunFile, has_all_members_intact_when_all_ranks_have_committed) {
  Writer writer(path(), MPI_COMM_WORLD);
  commit_all(writer);
  writer.close();

  const Reader reader(path());
  const KindSummary summary = reader.summary(Kind::clvae);
  for (std::uint32_t member = 0; member < kMembers; ++member) {
    const Values values(member);
    CommitRecord expected = record(member);
    expected.state = MemberState::done;
    expected.checksum = values.checksum();
    EXPECT_EQ(summary.commits[member], expected) << member;
    EXPECT_EQ(reader.slab(Kind::clvae, MemberIndex(member), "latents"), values.latents);
    EXPECT_EQ(reader.slab(Kind::clvae, MemberIndex(member), "weights"), values.weights);
    EXPECT_TRUE(reader.is_intact(Kind::clvae, MemberIndex(member))) << member;
    const MemberProvenance& found = summary.provenance[member];
    EXPECT_EQ(found.rank, 5);
    EXPECT_EQ(found.ranks, 6);
    EXPECT_EQ(found.started_at, 1'700'000'000 + member);
    EXPECT_EQ(found.training_seconds, 1.5);
    EXPECT_EQ(found.encoding_seconds, 0.25);
    EXPECT_EQ(found.host, "node");
    EXPECT_EQ(found.device, "cpu");
  }
}

TEST_F(SharedRunFile, has_the_same_bytes_whichever_ranks_committed) {
  create_on_one_rank("other.h5");
  {
    Writer writer(path(), MPI_COMM_WORLD);
    commit_all(writer);
  }

  Writer other(folder_name_ + "other.h5", MPI_COMM_WORLD);
  if (rank_ == 0) {
    for (std::uint32_t member = kMembers; member-- > 0;) commit(other, member);
  }
  other.close();

  wait_for_all();
  EXPECT_EQ(bytes_of(path()), bytes_of(folder_name_ + "other.h5"));
}

TEST_F(SharedRunFile, keeps_its_metadata_as_created) {
  const std::string before = bytes_of(path());
  wait_for_all();
  Writer writer(path(), MPI_COMM_WORLD);
  commit_all(writer);
  writer.close();
  const std::string after = bytes_of(path());

  // Slabs, records and provenance are all that may differ: 3 x (13 floats + 32 + 128 bytes).
  ASSERT_EQ(after.size(), before.size());
  std::size_t differing = 0;
  for (std::size_t i = 0; i < after.size(); ++i) differing += after[i] != before[i] ? 1 : 0;
  EXPECT_GT(differing, 0U);
  EXPECT_LE(differing, 3U * (13 * sizeof(float) + 32 + 128));
}

TEST_F(SharedRunFile, shows_each_commit_to_a_reader_that_was_open_before) {
  const Reader reader(path());
  Writer writer(path(), MPI_COMM_WORLD);
  ASSERT_FALSE(reader.is_intact(Kind::clvae, MemberIndex(1)));
  wait_for_all();
  if (has(1)) commit(writer, 1);
  wait_for_all();

  EXPECT_TRUE(reader.is_intact(Kind::clvae, MemberIndex(1)));
  EXPECT_TRUE(Reader(path()).is_intact(Kind::clvae, MemberIndex(1)));
  EXPECT_EQ(reader.summary(Kind::clvae).commits[0].state, MemberState::pending);
  wait_for_all();
  writer.close();
}

TEST_F(SharedRunFile, keeps_the_commits_of_an_earlier_job) {
  {
    Writer first(path(), MPI_COMM_WORLD);
    if (has(0)) commit(first, 0);
  }
  Writer second(path(), MPI_COMM_WORLD);
  if (has(2)) commit(second, 2);
  second.close();

  const Reader reader(path());
  EXPECT_TRUE(reader.is_intact(Kind::clvae, MemberIndex(0)));
  EXPECT_FALSE(reader.is_intact(Kind::clvae, MemberIndex(1)));
  EXPECT_TRUE(reader.is_intact(Kind::clvae, MemberIndex(2)));
}

TEST_F(SharedRunFile, keeps_the_commits_of_a_job_that_unwinds) {
  EXPECT_THROW(
      {
        Writer writer(path(), MPI_COMM_WORLD);
        commit_all(writer);
        throw std::runtime_error("a mishap");
      },
      std::runtime_error);

  const Reader reader(path());
  for (std::uint32_t member = 0; member < kMembers; ++member) {
    EXPECT_TRUE(reader.is_intact(Kind::clvae, MemberIndex(member))) << member;
  }
}

TEST_F(SharedRunFile, is_not_intact_when_a_byte_has_flipped) {
  {
    Writer writer(path(), MPI_COMM_WORLD);
    commit_all(writer);
  }
  wait_for_all();
  if (rank_ == 0) {
    std::string bytes = bytes_of(path());
    const std::vector<float> weights = Values(2).weights;
    const std::size_t place =
        bytes.find(std::string(reinterpret_cast<const char*>(weights.data()), 5 * sizeof(float)));
    ASSERT_NE(place, std::string::npos);
    bytes[place] = static_cast<char>(bytes[place] ^ 1);
    write_bytes(path(), bytes);
  }
  wait_for_all();

  const Reader reader(path());
  EXPECT_TRUE(reader.is_intact(Kind::clvae, MemberIndex(0)));
  EXPECT_TRUE(reader.is_intact(Kind::clvae, MemberIndex(1)));
  EXPECT_FALSE(reader.is_intact(Kind::clvae, MemberIndex(2)));
  EXPECT_EQ(reader.summary(Kind::clvae).commits[2].state, MemberState::done);
}

TEST_F(SharedRunFile, has_a_pending_member_until_its_record_is_written) {
  // What a kill leaves: slabs and provenance without the record.
  const std::string fresh = bytes_of(path());
  wait_for_all();
  {
    Writer writer(path(), MPI_COMM_WORLD);
    commit_all(writer);
  }
  wait_for_all();
  if (rank_ == 0) {
    std::string bytes = bytes_of(path());
    std::string pending_record(32, '\0');
    const std::uint64_t checksum = Values(0).checksum();
    const std::string mark(reinterpret_cast<const char*>(&checksum), sizeof checksum);
    const std::size_t row = bytes.find(mark) - 16;  // the checksum's place within its row
    ASSERT_EQ(fresh.substr(row, 32), pending_record);
    bytes.replace(row, 32, pending_record);
    write_bytes(path(), bytes);
  }
  wait_for_all();

  const Reader reader(path());
  EXPECT_EQ(reader.summary(Kind::clvae).commits[0], CommitRecord{});
  EXPECT_EQ(reader.slab(Kind::clvae, MemberIndex(0), "latents"), Values(0).latents);
  EXPECT_FALSE(reader.is_intact(Kind::clvae, MemberIndex(0)));
  EXPECT_TRUE(reader.is_intact(Kind::clvae, MemberIndex(1)));
}

TEST_F(SharedRunFile, keeps_failures_and_their_reasons) {
  Writer writer(path(), MPI_COMM_WORLD);
  if (has(1)) {
    writer.note_attempt(Kind::clvae, MemberIndex(1), Attempt(0), "the loss is not finite");
    writer.note_attempt(Kind::clvae, MemberIndex(1), Attempt(1), std::string(300, 'x'));
    writer.mark_failed(Kind::clvae, MemberIndex(1), Attempt(1));
  }
  writer.close();

  const Reader reader(path());
  const KindSummary summary = reader.summary(Kind::clvae);
  EXPECT_EQ(summary.commits[1], (CommitRecord{MemberState::failed, 1, 0, 0, 0}));
  EXPECT_FALSE(reader.is_intact(Kind::clvae, MemberIndex(1)));
  EXPECT_THAT(summary.attempt_messages[0], ElementsAre("", ""));
  EXPECT_THAT(summary.attempt_messages[1],
              ElementsAre("the loss is not finite", std::string(255, 'x')));
}

TEST_F(SharedRunFile, keeps_32_sessions_and_the_latest) {
  Writer writer(path(), MPI_COMM_WORLD);
  if (rank_ == 0) {
    for (int i = 0; i < 33; ++i) writer.note_session("job " + std::to_string(i));
    writer.note_session(std::string(10'000, 'x'));
  }
  writer.close();

  const std::vector<std::string> sessions = Reader(path()).sessions();
  ASSERT_THAT(sessions, SizeIs(32));
  EXPECT_EQ(sessions.front(), "job 0");
  EXPECT_EQ(sessions[30], "job 30");
  EXPECT_EQ(sessions[31], std::string(8191, 'x'));
}

TEST_F(SharedRunFile, is_untouched_when_slabs_and_layout_disagree) {
  const std::string before = bytes_of(path());
  Writer writer(path(), MPI_COMM_WORLD);
  const Values values(0);
  const auto message_for = [&](const std::vector<Slab>& slabs, std::uint32_t member) {
    return message_of<RunFileError>(
        [&] { writer.commit(Kind::clvae, MemberIndex(member), slabs, record(0), provenance(0)); });
  };

  EXPECT_THAT(message_for({{"latents", values.latents}}, 0),
              HasSubstr("/members/clvae: found 1 slabs; expected 3: latents, weights, nothing"));
  EXPECT_THAT(message_for({{"latents", values.latents}, {"other", {}}, {"nothing", {}}}, 0),
              HasSubstr("/members/clvae/weights: found no slab of that name; expected one"));
  EXPECT_THAT(
      message_for({{"latents", values.weights}, {"weights", values.weights}, {"nothing", {}}}, 0),
      HasSubstr("/members/clvae/latents: found a slab of 5 values; expected 8 [4, 2]"));
  EXPECT_THAT(message_for(values.slabs(), kMembers),
              HasSubstr("/members/clvae: found 3 members; expected a member 3"));
  EXPECT_THAT(message_of<RunFileError>([&] {
                writer.note_attempt(Kind::clvae, MemberIndex(0), Attempt(2), "too many");
              }),
              HasSubstr("found room for 2 attempts; expected an attempt 2"));
  writer.close();
  EXPECT_EQ(bytes_of(path()), before);
}

TEST_F(SharedRunFile, tells_which_values_it_has_a_place_for) {
  Writer writer(path(), MPI_COMM_WORLD);

  EXPECT_TRUE(writer.takes(Kind::clvae, "weights"));
  EXPECT_FALSE(writer.takes(Kind::clvae, "reference_latents"));
  EXPECT_THROW(writer.takes(Kind::pca, "weights"), RunFileError);
  writer.close();
}

TEST_F(SharedRunFile, names_dataset_and_reason_when_a_write_fails) {
  Writer writer(path(), MPI_COMM_WORLD);
  if (rank_ == ranks_ - 1) {
    const Limit limit(RLIMIT_FSIZE, 1);
    const std::string message = message_of<IoError>([&] { commit(writer, 0); });
    EXPECT_THAT(message, AllOf(HasSubstr("can't write /members/clvae/latents"),
                               HasSubstr("File too large")));
  }
  writer.close();

  EXPECT_EQ(Reader(path()).summary(Kind::clvae).commits[0].state, MemberState::pending);
}

TEST_F(SharedRunFile, can_be_written_through_a_writer_that_was_moved) {
  create_on_one_rank("other.h5");
  Writer first(path(), MPI_COMM_WORLD);
  Writer writer(folder_name_ + "other.h5", MPI_COMM_WORLD);
  writer = std::move(first);
  commit_all(writer);
  writer.close();

  EXPECT_TRUE(Reader(path()).is_intact(Kind::clvae, MemberIndex(2)));
  EXPECT_FALSE(Reader(folder_name_ + "other.h5").is_intact(Kind::clvae, MemberIndex(2)));
}

TEST_F(SharedRunFile, is_refused_by_all_ranks_with_one_message_when_it_is_missing) {
  const std::string missing = folder_name_ + "missing.h5";
  const std::string message = message_of<RunFileError>([&] { Writer(missing, MPI_COMM_WORLD); });
  EXPECT_EQ(message,
            missing + ": run file: found nothing of that name; expected a run file of clvae");
}

TEST_F(SharedRunFile, is_refused_by_all_ranks_with_one_message_when_one_can_not_open_it) {
  const int failing = ranks_ - 1;
  std::string message;
  {
    const int next_descriptor = dup(STDIN_FILENO);
    close(next_descriptor);
    std::optional<Limit> limit;
    if (rank_ == failing) limit.emplace(RLIMIT_NOFILE, static_cast<rlim_t>(next_descriptor));
    message = message_of<RunFileError>([&] { Writer(path(), MPI_COMM_WORLD); });
  }
  EXPECT_THAT(message, HasSubstr("Too many open files"));
  if (ranks_ > 1) {
    EXPECT_THAT(message, HasSubstr("run.h5: rank " + std::to_string(failing) + " of " +
                                   std::to_string(ranks_) + ": found "));
  }
  EXPECT_THAT(gathered(message), testing::Each(message));
}

}  // namespace
}  // namespace clvae::store
