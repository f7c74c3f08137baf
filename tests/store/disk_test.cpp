#include "store/disk.hpp"

#include <cstring>
#include <fcntl.h>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "clvae/core/errors.hpp"
#include "fixture.hpp"

namespace clvae::store {
namespace {

using testing::EndsWith;
using testing::HasSubstr;

TEST(Descriptor, occupies_the_disk_with_a_pattern) {
  const TemporaryFolder folder;
  const Descriptor descriptor(folder.file("file"), O_RDWR | O_CREAT);

  descriptor.occupy(3'000'002, 1.5F, ignore_warning);

  const std::string bytes = bytes_of(folder.file("file"));
  ASSERT_EQ(bytes.size(), 3'000'002U);
  std::vector<float> values(750'000);
  std::memcpy(values.data(), bytes.data(), 3'000'000);
  EXPECT_THAT(values, testing::Each(1.5F));
  struct stat found {};
  ASSERT_EQ(stat(folder.file("file").c_str(), &found), 0);
  EXPECT_GE(found.st_blocks * 512, 3'000'002);
}

TEST(Descriptor, refuses_more_than_is_free_when_the_file_system_sets_nothing_aside) {
  // procfs has no fallocate and no free space.
  const std::string file = "/proc/self/comm";
  const Descriptor descriptor(file, O_RDWR);

  const std::string message =
      message_of<IoError>([&] { descriptor.occupy(5000, 0.0F, ignore_warning); });

  EXPECT_EQ(message, file +
                         ": can't find room for 5000 bytes (4.9 kiB) where 0 are free: "
                         "No space left on device");
}

TEST(CompareWithFree, warns_in_one_line_when_there_is_room) {
  std::string warning;

  compare_with_free("run.h5", 2048, 4096, [&](const std::string& line) { warning = line; });

  EXPECT_EQ(warning,
            "run.h5: the file system can't set space aside; the run needs 2.0 kiB, and 4.0 kiB "
            "are free");
}

TEST(Descriptor, names_file_and_reason_when_it_can_not_open) {
  const TemporaryFolder folder;
  const std::string message =
      message_of<IoError>([&] { Descriptor(folder.file("none"), O_RDONLY); });
  EXPECT_THAT(message, EndsWith("none: can't open the file: No such file or directory"));
}

TEST(TemporaryFile, refuses_to_replace_a_file_that_came_in_between) {
  const TemporaryFolder folder;
  write_bytes(folder.file("new"), "new");
  write_bytes(folder.file("old"), "old");
  TemporaryFile temporary(folder.file("new"));

  const std::string message =
      message_of<RunFileError>([&] { temporary.move_to(folder.file("old")); });

  EXPECT_THAT(message, HasSubstr("found a file of that name"));
  EXPECT_EQ(bytes_of(folder.file("old")), "old");
}

}  // namespace
}  // namespace clvae::store
