// What needs no server; tests/jobs/fetch_test.py fetches from one.

#include "fetch/fetch.hpp"

#include <archive.h>
#include <archive_entry.h>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "data/files.hpp"
#include "fetch/checksum.hpp"
#include "fetch/unpack.hpp"

namespace clvae::fetch {
namespace {

using data::Bytes;
using testing::HasSubstr;
using testing::ThrowsMessage;

class FetchTest : public data::FolderTest {
 protected:
  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  /// A tar.gz file of files with those contents.
  void write_archive(const std::map<std::string, std::string>& contents) const {
    archive* made = archive_write_new();
    archive_write_add_filter_gzip(made);
    archive_write_set_format_ustar(made);
    archive_write_open_filename(made, path("a.tar.gz").c_str());
    for (const auto& [name, content] : contents) {
      archive_entry* entry = archive_entry_new();
      archive_entry_set_pathname(entry, name.c_str());
      archive_entry_set_size(entry, static_cast<la_int64_t>(content.size()));
      archive_entry_set_filetype(entry, AE_IFREG);
      archive_entry_set_perm(entry, 0644);
      archive_write_header(made, entry);
      archive_write_data(made, content.data(), content.size());
      archive_entry_free(entry);
    }
    archive_write_free(made);
  }
};

TEST_F(FetchTest, knows_the_published_checksum_of_abc) {
  write("abc", {'a', 'b', 'c'});
  write_packed("abc.gz", {'a', 'b', 'c'});

  EXPECT_EQ(md5_of(path("abc")), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(sha256_of_unpacked(path("abc.gz")),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of_unpacked(path("abc")), "");
  EXPECT_EQ(sha256_of_unpacked(path("nothing.gz")), "");
  EXPECT_EQ(md5_of(path("nothing")), "");
  Bytes packed = read("abc.gz");
  packed.resize(packed.size() - 3);
  write("abc.gz", packed);
  EXPECT_EQ(sha256_of_unpacked(path("abc.gz")), "");
}

TEST_F(FetchTest, takes_the_wanted_files_out_of_an_archive_whatever_folder_they_are_in) {
  write_archive({{"x/../../one.bin", "first"}, {"deep/er/two.bin", "second"}, {"three.bin", "3"}});

  unpack(path("a.tar.gz"), {"one.bin", "two.bin"}, folder_);

  EXPECT_EQ(read("one.bin"), (Bytes{'f', 'i', 'r', 's', 't'}));
  EXPECT_EQ(read("two.bin").size(), 6U);
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 3);
}

TEST_F(FetchTest, names_archive_and_fault_when_it_lacks_a_file_or_is_damaged) {
  write_archive({{"one.bin", "first"}});
  EXPECT_THAT(
      [&] {
        unpack(path("a.tar.gz"), {"one.bin", "two.bin"}, folder_);
      },
      ThrowsMessage<RunError>(HasSubstr("a.tar.gz: lacks two.bin")));
  Bytes bytes = read("a.tar.gz");
  bytes.resize(bytes.size() / 2);
  write("a.tar.gz", bytes);
  EXPECT_THAT([&] { unpack(path("a.tar.gz"), {"one.bin"}, folder_); },
              ThrowsMessage<RunError>(HasSubstr("a.tar.gz: ")));
  EXPECT_THAT([&] { unpack(path("nothing"), {"one.bin"}, folder_); },
              ThrowsMessage<RunError>(HasSubstr("nothing: can't be unpacked")));
}

TEST(Collections, have_mirrors_and_checksums_for_every_file) {
  for (const char* name : {"mnist", "fashion_mnist", "cifar10"}) {
    const Collection collection = collection_named(name);
    EXPECT_FALSE(collection.mirrors.empty());
    for (const PublicFile& file : collection.files) {
      EXPECT_EQ(file.checksum.size(), file.is_archive ? 32U : 64U) << file.name;
    }
  }
  EXPECT_THAT([] { collection_named("cifar"); },
              ThrowsMessage<UsageError>(HasSubstr("mnist, fashion_mnist, cifar10")));
}

}  // namespace
}  // namespace clvae::fetch
