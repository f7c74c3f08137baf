#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "hdf5/failures.hpp"
#include "hdf5/file_view.hpp"
#include "hdf5/new_file.hpp"
#include "hdf5/row_file.hpp"

namespace clvae::hdf5 {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

const Item kTable{"/group/table", number(ElementType::int32), {3, 2}, {"row", "column"}, "1",
                  "Some numbers."};

/// A file with `kTable`, which holds 0 to 5.
class FilesTest : public testing::Test {
 protected:
  FilesTest() {
    prepare_library();
    const std::string nothing_yet = empty_file(path_);
    std::ofstream(path_, std::ios::binary) << nothing_yet;
    std::filesystem::resize_file(path_, 10'000);
    NewFile file(path_, 32);
    const std::vector<std::int32_t> values{0, 1, 2, 3, 4, 5};
    file.add(kTable, {"a row", "a column"}, values.data());
    file.close();
  }
  ~FilesTest() override { std::filesystem::remove(path_); }

  FileView view() const { return FileView(path_, "file", "a file of this test"); }

  std::string path_ = testing::TempDir() + "files_" + std::to_string(getpid()) + ".h5";
};

TEST_F(FilesTest, hold_what_they_were_made_with) {
  const FileView found = view();

  found.require(kTable);
  EXPECT_THAT(found.read<std::int32_t>(kTable), ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(found.members_of("/group"), ElementsAre("table"));
  const DatasetHandle table = found.open(kTable.path);
  EXPECT_THAT(read_texts({table.id(), path_, kTable.path}, "axis_meanings"),
              ElementsAre("a row", "a column"));
}

TEST_F(FilesTest, change_only_in_the_row_that_is_written) {
  RowFile file(path_);
  const OpenItem table = file.open(kTable);
  const std::vector<std::int32_t> row{20, 30};
  file.write(table, {1}, row.data());
  std::vector<std::int32_t> all(6);
  file.read(table, all.data());
  EXPECT_THAT(all, ElementsAre(0, 1, 20, 30, 4, 5));
  file.close();

  EXPECT_THAT(view().read_row<std::int32_t>(kTable, 1), ElementsAre(20, 30));
  EXPECT_THAT(view().read_row<std::int32_t>(kTable, 2), ElementsAre(4, 5));
}

TEST_F(FilesTest, are_refused_by_name_when_an_item_is_another_than_expected) {
  Item other = kTable;
  other.shape = {3, 3};

  EXPECT_THAT([&] { view().require(other); },
              ThrowsMessage<RunFileError>(
                  HasSubstr("/group/table: found int32 [3, 2]; expected int32 [3, 3]")));
}

TEST_F(FilesTest, tell_why_rows_can_not_be_written_when_the_item_is_missing) {
  Item other = kTable;
  other.path = "/nothing";

  EXPECT_THAT([&] { RowFile(path_).open(other); },
              ThrowsMessage<IoError>(HasSubstr("open /nothing")));
}

TEST_F(FilesTest, are_closed_once_when_their_handle_is_moved) {
  RowFile file(path_);
  DatasetHandle first = std::move(file.open(kTable).dataset);
  DatasetHandle second = std::move(first);

  EXPECT_FALSE(first.is_open());  // NOLINT(bugprone-use-after-move): what is tested
  ASSERT_TRUE(second.is_open());
  EXPECT_TRUE(second.close());
  EXPECT_FALSE(second.is_open());
  EXPECT_TRUE(second.close());
}

}  // namespace
}  // namespace clvae::hdf5
