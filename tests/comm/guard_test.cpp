#include "comm/guard.hpp"

#include <cstdio>
#include <memory>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace clvae::comm {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

struct Ending {
  int status;
  std::string errors;
};

Ending ending_of(const Communicator& world, const std::function<void()>& job) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::tmpfile());
  Ending ending{guarded(world, file.get(), job), {}};
  std::rewind(file.get());
  for (int letter = std::fgetc(file.get()); letter != EOF; letter = std::fgetc(file.get())) {
    ending.errors += static_cast<char>(letter);
  }
  return ending;
}

TEST(Guarded, is_silent_and_zero_when_the_job_ends_well) {
  const auto world = Communicator::world();

  const Ending ending = ending_of(world, [] {});

  EXPECT_EQ(ending.status, 0);
  EXPECT_EQ(ending.errors, "");
}

TEST(Guarded, prints_one_line_on_rank_zero_when_all_share_an_error) {
  const auto world = Communicator::world();

  const Ending ending =
      ending_of(world, [&] { together(world, [] { throw UsageError("no such class: 17"); }); });

  EXPECT_EQ(ending.status, 2);
  EXPECT_EQ(ending.errors, world.is_root() ? "clvae: error: no such class: 17\n" : "");
}

TEST(Guarded, prints_any_error_when_the_rank_is_alone) {
  const auto world = Communicator::world();
  if (world.size() > 1) return;  // the others are ended: comm:all_ranks_end_when_one_throws

  EXPECT_EQ(ending_of(world, [] { throw std::bad_alloc(); }).errors,
            "clvae: error: out of memory\n");
  EXPECT_EQ(ending_of(world, [] { throw std::runtime_error("broke"); }).status, 1);
  EXPECT_EQ(ending_of(world, [] { throw UsageError("what?"); }).status, 2);
}

}  // namespace
}  // namespace clvae::comm
