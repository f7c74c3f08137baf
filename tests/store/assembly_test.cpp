#include "store/assembly.hpp"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "clvae/core/errors.hpp"
#include "shared_run_file.hpp"
#include "store/text_file.hpp"

namespace clvae::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

/// A run file of three members, of which 0 and 2 are done and 1 has failed, and a second one with
/// another config of which all are done; both with a dataset that is exact.
class AssembledFile : public SharedRunFile {
 protected:
  AssembledFile() {
    contents_ = small_contents();
    contents_.kinds.front().datasets.push_back(
        {"moments", {2}, {"moment"}, "1", "Exact numbers.", Precision::exact});
    if (rank_ == 0) {
      create(first(), contents_, ignore_warning);
      create(second(), contents_, ignore_warning);
    }
    wait_for_all();
    Writer writer(first(), MPI_COMM_WORLD);
    if (rank_ == 0) {
      writer.note_session("the first job");
      commit_exactly(writer, 0);
      commit_exactly(writer, 2);
      writer.note_attempt(Kind::clvae, MemberIndex(1), Attempt(1), "its loss is nan");
      writer.mark_failed(Kind::clvae, MemberIndex(1), Attempt(1));
    }
    writer.close();
    Writer other(second(), MPI_COMM_WORLD);
    if (rank_ == 0) {
      for (std::uint32_t member = 0; member < kMembers; ++member) commit_exactly(other, member);
    }
    other.close();
  }

  std::string first() const { return folder_name_ + "first.h5"; }
  std::string second() const { return folder_name_ + "second.h5"; }

  static std::vector<double> moments(std::uint32_t member) { return {1.0 / 3.0 + member, 1e-200}; }
  static void commit_exactly(Writer& writer, std::uint32_t member) {
    const Values values(member);
    const std::vector<double> exact = moments(member);
    std::vector<Slab> slabs = values.slabs();
    slabs.push_back({"moments", exact});
    writer.commit(Kind::clvae, MemberIndex(member), slabs, record(member), provenance(member));
  }

  /// The first file with places for two more members.
  static Assembly extended(const Reader& reader) {
    Assembly assembly;
    assembly.contents = reader.contents();
    assembly.contents.config = "a longer config than before";
    KindLayout& layout = assembly.contents.kinds.front();
    for (std::uint32_t member = 0; member < kMembers; ++member) {
      assembly.members[Kind::clvae].push_back({&reader, MemberIndex(member)});
    }
    layout.seeds.insert(layout.seeds.end(), {21, 22});
    layout.permutations.insert(layout.permutations.end(), {1, 0, 0, 1});
    assembly.sessions = reader.sessions();
    return assembly;
  }

  Contents contents_;
};

TEST_F(AssembledFile, keeps_exact_numbers_when_they_are_committed) {
  const Reader reader(first());

  EXPECT_EQ(reader.exact_slab(Kind::clvae, MemberIndex(2), "moments"), moments(2));
  EXPECT_TRUE(reader.is_intact(Kind::clvae, MemberIndex(2)));
  EXPECT_TRUE(reader.has_dataset(Kind::clvae, "moments"));
  EXPECT_FALSE(reader.has_dataset(Kind::clvae, "momenta"));
  for (const double pending : reader.exact_slab(Kind::clvae, MemberIndex(1), "moments")) {
    EXPECT_TRUE(std::isnan(pending));
  }
  EXPECT_THAT(
      message_of<RunFileError>([&] { reader.slab(Kind::clvae, MemberIndex(2), "moments"); }),
      HasSubstr("/members/clvae/moments: found float64 [3, 2]; expected float32 [3, 2]"));
  EXPECT_THAT(
      message_of<RunFileError>([&] { reader.exact_slab(Kind::clvae, MemberIndex(2), "weights"); }),
      HasSubstr("expected float64 [3, 5]"));
}

TEST_F(AssembledFile, refuses_a_slab_of_another_precision) {
  Writer writer(first(), MPI_COMM_WORLD);
  const Values values(0);
  std::vector<Slab> slabs = values.slabs();
  const std::vector<float> single{1, 2};
  slabs.push_back({"moments", single});

  const std::string message = message_of<RunFileError>(
      [&] { writer.commit(Kind::clvae, MemberIndex(1), slabs, record(1), provenance(1)); });

  EXPECT_THAT(message, HasSubstr("moments: found a slab of another precision; expected float64"));
  writer.close();
}

TEST_F(AssembledFile, has_the_contents_that_it_was_created_with) {
  const Contents found = Reader(first()).contents();

  EXPECT_EQ(found.config, contents_.config);
  EXPECT_EQ(found.dataset_fingerprint, contents_.dataset_fingerprint);
  EXPECT_EQ(found.class_names, contents_.class_names);
  EXPECT_EQ(found.max_attempts, contents_.max_attempts);
  EXPECT_EQ(found.parts.at(2).original_index, contents_.parts[2].original_index);
  EXPECT_EQ(found.kinds.front().seeds, contents_.kinds.front().seeds);
  EXPECT_EQ(found.kinds.front().permutations, contents_.kinds.front().permutations);
  EXPECT_EQ(found.kinds.front().centres, contents_.kinds.front().centres);
  EXPECT_EQ(found.kinds.front().datasets.back().precision, Precision::exact);
  EXPECT_EQ(size_needed(found), size_needed(contents_));
  EXPECT_THAT(found.merged_from, IsEmpty());
}

TEST_F(AssembledFile, holds_all_that_was_committed_when_it_replaces_a_smaller_one) {
  if (rank_ == 0) {
    const Reader before(first());
    chmod(first().c_str(), 0640);
    assemble(first(), extended(before), Existing::replace, ignore_warning);
  }
  wait_for_all();

  const Reader after(first());
  const KindSummary summary = after.summary(Kind::clvae);
  ASSERT_EQ(summary.members, kMembers + 2);
  EXPECT_EQ(after.config(), "a longer config than before");
  EXPECT_THAT(after.sessions(), ElementsAre("the first job"));
  for (const std::uint32_t member : {0U, 2U}) {
    EXPECT_TRUE(after.is_intact(Kind::clvae, MemberIndex(member)));
    EXPECT_EQ(after.slab(Kind::clvae, MemberIndex(member), "latents"), Values(member).latents);
    EXPECT_EQ(after.exact_slab(Kind::clvae, MemberIndex(member), "moments"), moments(member));
    EXPECT_EQ(summary.commits[member].epochs_run, 10 + member);
    EXPECT_EQ(summary.provenance[member].host, "node");
  }
  EXPECT_EQ(summary.commits[1].state, MemberState::failed);
  EXPECT_EQ(summary.attempt_messages[1][1], "its loss is nan");
  EXPECT_EQ(summary.commits[3].state, MemberState::pending);
  EXPECT_EQ(summary.provenance[4].rank, -1);
  EXPECT_EQ(after.seeds(Kind::clvae).back(), 22U);
  struct stat found {};
  ASSERT_EQ(stat(first().c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777U, 0640U);
  wait_for_all();
}

TEST_F(AssembledFile, can_be_written_to_by_all_ranks_when_it_has_grown) {
  if (rank_ == 0) {
    const Reader before(first());
    assemble(first(), extended(before), Existing::replace, ignore_warning);
  }
  wait_for_all();

  Writer writer(first(), MPI_COMM_WORLD);
  for (const std::uint32_t member : {1U, 3U, 4U}) {
    if (has(member)) commit_exactly(writer, member);
  }
  wait_for_all();
  writer.close();

  const Reader after(first());
  for (std::uint32_t member = 0; member < kMembers + 2; ++member) {
    EXPECT_TRUE(after.is_intact(Kind::clvae, MemberIndex(member))) << member;
  }
}

TEST_F(AssembledFile, has_members_of_several_files_in_the_order_that_was_asked_for) {
  const std::string both = folder_name_ + "both.h5";
  if (rank_ == 0) {
    const Reader one(first());
    const Reader two(second());
    Assembly assembly;
    assembly.contents = contents_;
    assembly.contents.max_attempts = 5;
    assembly.contents.merged_from = {"first", "and the second"};
    assembly.members[Kind::clvae] = {
        {&two, MemberIndex(1)}, {&one, MemberIndex(2)}, {&two, MemberIndex(0)}};
    assemble(both, assembly, Existing::refuse, ignore_warning);
  }
  wait_for_all();

  const Reader reader(both);
  EXPECT_THAT(reader.merged_from(), ElementsAre("first", "and the second"));
  EXPECT_THAT(reader.summary(Kind::clvae).attempt_messages[0], SizeIs(5));
  std::uint32_t row = 0;
  for (const std::uint32_t origin : {1U, 2U, 0U}) {
    EXPECT_TRUE(reader.is_intact(Kind::clvae, MemberIndex(row)));
    EXPECT_EQ(reader.exact_slab(Kind::clvae, MemberIndex(row), "moments"), moments(origin));
    ++row;
  }
}

TEST_F(AssembledFile, keeps_the_last_sessions_when_there_are_too_many) {
  const std::string path = folder_name_ + "sessions.h5";
  if (rank_ == 0) {
    const Reader reader(first());
    Assembly assembly = extended(reader);
    for (int i = 0; i < 40; ++i) assembly.sessions.push_back("job " + std::to_string(i));
    assemble(path, assembly, Existing::refuse, ignore_warning);
  }
  wait_for_all();

  const std::vector<std::string> sessions = Reader(path).sessions();
  ASSERT_THAT(sessions, SizeIs(32));
  EXPECT_EQ(sessions.front(), "job 8");
  EXPECT_EQ(sessions.back(), "job 39");
}

TEST_F(AssembledFile, leaves_everything_as_it_was_when_it_can_not_be_made) {
  if (rank_ == 0) {
    const std::string before = bytes_of(first());
    const Reader reader(first());
    Assembly other = extended(reader);
    other.contents.kinds.front().datasets.pop_back();

    EXPECT_THAT(message_of<RunFileError>(
                    [&] { assemble(first(), other, Existing::replace, ignore_warning); }),
                HasSubstr("/members/clvae: found other datasets"));
    EXPECT_THAT(message_of<RunFileError>([&] {
                  assemble(second(), extended(reader), Existing::refuse, ignore_warning);
                }),
                HasSubstr("found a file of that name"));
    {
      const Limit limit(RLIMIT_FSIZE, 1000);
      EXPECT_THAT(message_of<IoError>([&] {
                    assemble(first(), extended(reader), Existing::replace, ignore_warning);
                  }),
                  HasSubstr("make a file of"));
    }
    EXPECT_EQ(bytes_of(first()), before);
    EXPECT_EQ(folder_->size(), 3U);
  }
  wait_for_all();
}

TEST(TextFile, has_the_text_that_was_written_last) {
  const TemporaryFolder folder;
  const std::string path = folder.file("note");

  EXPECT_EQ(read_text_file(path), std::nullopt);
  write_file(path, "one\n");
  write_file(path, "two\n");
  EXPECT_EQ(read_text_file(path), "two\n");
  EXPECT_EQ(folder.size(), 1U);
  remove_file(path);
  remove_file(path);
  EXPECT_EQ(folder.size(), 0U);
}

TEST(TextFile, names_file_and_reason_when_it_can_not_be_used) {
  const TemporaryFolder folder;

  EXPECT_THAT(message_of<IoError>([&] { write_file(folder.file("none/note"), "text"); }),
              HasSubstr("No such file or directory"));
  EXPECT_THAT(message_of<IoError>([&] { read_text_file(folder.file("")); }),
              HasSubstr("can't read the file: Is a directory"));
}

}  // namespace
}  // namespace clvae::store
