#include <functional>
#include <hdf5.h>
#include <ostream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include "clvae/core/errors.hpp"
#include "fixture.hpp"
#include "hdf5/attributes.hpp"
#include "hdf5/handles.hpp"
#include "store/reader.hpp"

namespace clvae::store {
namespace {

using hdf5::AttributeOwner;
using hdf5::DatasetHandle;
using hdf5::DataspaceHandle;
using hdf5::DatatypeHandle;
using hdf5::FileHandle;
using hdf5::GroupHandle;
using hdf5::PropertyListHandle;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

const std::string kClvae = "/members/clvae";

/// Opens a run file as any HDF5 program can and changes it.
void change(const std::string& path, const std::function<void(hid_t)>& action) {
  const PropertyListHandle access = hdf5::serial_access(path);
  const FileHandle file(H5Fopen(path.c_str(), H5F_ACC_RDWR, access.id()));
  ASSERT_TRUE(file.is_open());
  action(file.id());
}

void remove(hid_t file, const std::string& item) {
  ASSERT_GE(H5Ldelete(file, item.c_str(), H5P_DEFAULT), 0);
}

PropertyListHandle with_space() {
  PropertyListHandle properties(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_alloc_time(properties.id(), H5D_ALLOC_TIME_EARLY);
  return properties;
}

PropertyListHandle without_space() { return PropertyListHandle(H5Pcreate(H5P_DATASET_CREATE)); }

PropertyListHandle chunked(const std::vector<hsize_t>& extents) {
  PropertyListHandle properties(H5Pcreate(H5P_DATASET_CREATE));
  H5Pset_chunk(properties.id(), static_cast<int>(extents.size()), extents.data());
  return properties;
}

/// Puts another dataset in an item's place, described like any other.
void replace(hid_t file, const std::string& item, hid_t type, const std::vector<hsize_t>& extents,
             const PropertyListHandle& properties = with_space()) {
  remove(file, item);
  const DataspaceHandle space(
      H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr));
  const DatasetHandle dataset(
      H5Dcreate2(file, item.c_str(), type, space.id(), H5P_DEFAULT, properties.id(), H5P_DEFAULT));
  ASSERT_TRUE(dataset.is_open());
  const AttributeOwner owner{dataset.id(), "", item};
  write_attribute(owner, "axes", std::vector<std::string>(extents.size(), "axis"));
  write_attribute(owner, "unit", std::string("1"));
  write_attribute(owner, "meaning", std::string("Something else."));
}

template <class Value>
void replace_attribute(hid_t file, const std::string& object, const std::string& name,
                       const Value& value) {
  ASSERT_GE(H5Adelete_by_name(file, object.c_str(), name.c_str(), H5P_DEFAULT), 0);
  const GroupHandle group(H5Gopen2(file, object.c_str(), H5P_DEFAULT));
  hdf5::write_attribute({group.id(), "", object}, name, value);
}

/// Writes whole values over those of a dataset, in the dataset's own type.
void overwrite(hid_t file, const std::string& item, const void* values) {
  const DatasetHandle dataset(H5Dopen2(file, item.c_str(), H5P_DEFAULT));
  const DatatypeHandle type(H5Dget_type(dataset.id()));
  ASSERT_GE(H5Dwrite(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values), 0);
}

struct Damage {
  const char* name;
  std::function<void(hid_t)> make;
  std::string message;
};

void PrintTo(const Damage& damage, std::ostream* stream) { *stream << damage.name; }

class DamagedRunFile : public testing::TestWithParam<Damage> {};

TEST_P(DamagedRunFile, is_refused_naming_item_found_and_expected) {
  const TemporaryFolder folder;
  const std::string path = folder.file("run.h5");
  create(path, small_contents(), ignore_warning);
  change(path, GetParam().make);

  const std::string message = message_of<RunFileError>([&] { Reader{path}; });

  EXPECT_THAT(message,
              AllOf(StartsWith(path + ": "), HasSubstr(GetParam().message), Not(HasSubstr("\n"))));
}

TEST(DamagedRecord, leaves_its_member_done_but_not_intact_when_its_state_is_unknown) {
  const TemporaryFolder folder;
  const std::string path = folder.file("run.h5");
  create(path, small_contents(), ignore_warning);
  change(path, [](hid_t f) {
    std::vector<char> rows(3 * 32, '\0');
    rows[32] = 3;
    overwrite(f, kClvae + "/commits", rows.data());
  });

  const Reader reader(path);

  EXPECT_EQ(reader.summary(Kind::clvae).commits[0].state, MemberState::pending);
  EXPECT_EQ(reader.summary(Kind::clvae).commits[1].state, MemberState::done);
  EXPECT_FALSE(reader.is_intact(Kind::clvae, MemberIndex(1)));
  EXPECT_EQ(reader.damage_of(Kind::clvae, MemberIndex(0)), "");
  EXPECT_EQ(reader.damage_of(Kind::clvae, MemberIndex(1)),
            "/members/clvae/commits holds the state 3");
}

INSTANTIATE_TEST_SUITE_P(
    Identity, DamagedRunFile,
    testing::Values(
        Damage{"other_version",
               [](hid_t f) { replace_attribute(f, "/", "schema_version", std::int32_t{7}); },
               "attribute schema_version: found 7; expected 1, the version that this program"},
        Damage{"version_as_text",
               [](hid_t f) { replace_attribute(f, "/", "schema_version", std::string("1")); },
               "attribute schema_version: found text of 2 bytes; expected one int32"},
        Damage{"version_as_list",
               [](hid_t f) {
                 replace_attribute(f, "/", "schema_version", std::vector<std::int32_t>{1});
               },
               "attribute schema_version: found another shape or size; expected one int32"},
        Damage{"other_program",
               [](hid_t f) { replace_attribute(f, "/", "program", std::string("other")); },
               "attribute program: found \"other\"; expected \"clvae\""},
        Damage{"no_class_names", [](hid_t f) { H5Adelete(f, "class_names"); },
               "attribute class_names: found nothing; expected a list of texts"},
        Damage{"unknown_inlier",
               [](hid_t f) {
                 replace_attribute(f, "/", "inlier_classes", std::vector<std::int32_t>{0, 3});
               },
               "attribute inlier_classes: found 0, 3; expected ascending classes below 3"},
        Damage{"no_config", [](hid_t f) { remove(f, "/config"); },
               "/config: found object 'config' doesn't exist; expected a dataset"},
        Damage{"config_as_numbers", [](hid_t f) { replace(f, "/config", H5T_STD_I32LE, {1}); },
               "/config: found int32; expected text of fixed length"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Samples, DamagedRunFile,
    testing::Values(
        Damage{"no_part", [](hid_t f) { remove(f, "/test"); }, "/test/labels: found "},
        Damage{"labels_as_group",
               [](hid_t f) {
                 remove(f, "/train/labels");
                 const GroupHandle group(
                     H5Gcreate2(f, "/train/labels", H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT));
               },
               "/train/labels: found not a dataset; expected a dataset"},
        Damage{"other_lengths", [](hid_t f) { replace(f, "/train/is_outlier", H5T_STD_U8LE, {5}); },
               "/train/is_outlier: found uint8 [5]; expected uint8 [4]"},
        Damage{"other_type",
               [](hid_t f) { replace(f, "/train/original_index", H5T_STD_I32LE, {4}); },
               "/train/original_index: found int32 [4]; expected int64 [4]"},
        Damage{"unknown_label",
               [](hid_t f) {
                 overwrite(f, "/train/labels", std::vector{0, 1, 2, 3}.data());
               },
               "/train/labels: found class 3; expected 0 to 2"},
        Damage{"more_samples_than_bytes",
               [](hid_t f) {
                 for (const char* name : {"labels", "original_index"}) {
                   replace(f, std::string("/train/") + name, H5T_STD_I32LE, {hsize_t{1} << 40U},
                           without_space());
                 }
               },
               "/train/labels: found int32 [1099511627776] in a file of "},
        Damage{"no_unit",
               [](hid_t f) { H5Adelete_by_name(f, "/test/labels", "unit", H5P_DEFAULT); },
               "attribute unit of /test/labels: found nothing; expected one text"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Members, DamagedRunFile,
    testing::Values(
        Damage{"no_members", [](hid_t f) { remove(f, "/members"); }, "/members: found "},
        Damage{"no_kind", [](hid_t f) { remove(f, kClvae); }, "/members: found no kind"},
        Damage{"unknown_kind",
               [](hid_t f) {
                 H5Lmove(f, kClvae.c_str(), f, "/members/other", H5P_DEFAULT, H5P_DEFAULT);
               },
               "/members/other: found an unknown kind"},
        Damage{"no_order",
               [](hid_t f) { H5Adelete_by_name(f, kClvae.c_str(), "checksum_order", H5P_DEFAULT); },
               "attribute checksum_order of /members/clvae: found nothing"},
        Damage{"order_of_others",
               [](hid_t f) {
                 replace_attribute(f, kClvae, "checksum_order", std::vector<std::string>{"other"});
               },
               "/members/clvae/other: found object 'other' doesn't exist; expected a dataset"},
        Damage{"no_rank",
               [](hid_t f) {
                 replace(f, kClvae + "/seeds", H5T_STD_U64LE, {3, 1});
               },
               "/members/clvae/seeds: found shape [3, 1]; expected 1 axes"},
        Damage{"fewer_seeds", [](hid_t f) { replace(f, kClvae + "/seeds", H5T_STD_U64LE, {2}); },
               "/members/clvae/permutations: found int32 [3, 2]; expected int32 [2, 2]"},
        Damage{"no_seeds", [](hid_t f) { replace(f, kClvae + "/seeds", H5T_STD_U64LE, {0}); },
               "/members/clvae: found 0 members with 2 attempts; expected one or more of each"},
        Damage{"no_permutation",
               [](hid_t f) {
                 overwrite(f, kClvae + "/permutations", std::vector{0, 1, 1, 1, 0, 1}.data());
               },
               "permutations: found 1 as centre 1 of member 1; expected each of 0 to 1 once"},
        Damage{"centres_of_other_classes",
               [](hid_t f) {
                 replace(f, kClvae + "/centres", H5T_IEEE_F64LE, {3, 2});
               },
               "/members/clvae/centres: found float64 [3, 2]; expected float64 [2, 2]"},
        Damage{"integers",
               [](hid_t f) {
                 replace(f, kClvae + "/weights", H5T_STD_I32LE, {3, 5});
               },
               "/members/clvae/weights: found int32 [3, 5]; expected float32 [3, 5]"},
        Damage{"slabs_of_fewer_members",
               [](hid_t f) {
                 replace(f, kClvae + "/weights", H5T_IEEE_F32LE, {2, 5});
               },
               "/members/clvae/weights: found float32 [2, 5]; expected float32 [3, 5]"},
        Damage{"chunks",
               [](hid_t f) { replace(f, kClvae + "/commits", H5T_STD_U8LE, {3}, chunked({3})); },
               "/members/clvae/commits: found uint8 [3]; expected rows of 32 bytes (state, "
               "attempt, epochs_run, best_epoch, checksum) [3]"},
        Damage{
            "chunked_seeds",
            [](hid_t f) { replace(f, kClvae + "/seeds", H5T_STD_U64LE, {3}, chunked({3})); },
            "/members/clvae/seeds: found chunks; expected contiguous storage, which `h5repack -l CONTI"},
        Damage{"seeds_without_space",
               [](hid_t f) { replace(f, kClvae + "/seeds", H5T_STD_U64LE, {3}, without_space()); },
               "/members/clvae/seeds: found uint64 [3] in a file of "},
        Damage{"weights_without_members",
               [](hid_t f) {
                 remove(f, kClvae + "/weights");
                 const DataspaceHandle scalar(H5Screate(H5S_SCALAR));
                 const DatasetHandle dataset(H5Dcreate2(f, (kClvae + "/weights").c_str(),
                                                        H5T_IEEE_F32LE, scalar.id(), H5P_DEFAULT,
                                                        H5P_DEFAULT, H5P_DEFAULT));
                 const AttributeOwner owner{dataset.id(), "", ""};
                 write_attribute(owner, "axes", std::vector<std::string>{});
                 write_attribute(owner, "unit", std::string("1"));
                 write_attribute(owner, "meaning", std::string("Something else."));
               },
               "/members/clvae/weights: found 0 axes of shape []; expected one axis for each"}),
    [](const auto& test) { return test.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Provenance, DamagedRunFile,
    testing::Values(
        Damage{"no_sessions", [](hid_t f) { remove(f, "/provenance/sessions"); },
               "/provenance/sessions: found object 'sessions' doesn't exist"},
        Damage{"rows_of_numbers",
               [](hid_t f) { replace(f, "/provenance/clvae/members", H5T_STD_I32LE, {3}); },
               "/provenance/clvae/members: found int32 [3]; expected rows of 128 bytes (rank"},
        Damage{"texts_of_other_length",
               [](hid_t f) {
                 const DatatypeHandle type(H5Tcopy(H5T_C_S1));
                 replace(f, "/provenance/clvae/attempt_messages", type.id(), {3, 2});
               },
               "attempt_messages: found text of 1 bytes [3, 2]; expected text of 256 bytes"}),
    [](const auto& test) { return test.param.name; });

TEST(NoRunFile, is_refused_when_nothing_is_there) {
  const TemporaryFolder folder;
  EXPECT_EQ(message_of<RunFileError>([&] { Reader{folder.file("run.h5")}; }),
            folder.file("run.h5") +
                ": run file: found nothing of that name; expected a run file of clvae");
}

TEST(NoRunFile, is_refused_when_it_is_a_directory) {
  const TemporaryFolder folder;
  EXPECT_THAT(message_of<RunFileError>([&] { Reader{folder.file("")}; }),
              HasSubstr("run file: found a directory"));
}

TEST(NoRunFile, is_refused_when_it_is_a_pipe) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo(folder.file("pipe").c_str(), 0600), 0);
  EXPECT_THAT(message_of<RunFileError>([&] { Reader{folder.file("pipe")}; }),
              HasSubstr("found something that is no regular file"));
}

TEST(NoRunFile, is_refused_when_it_is_empty) {
  const TemporaryFolder folder;
  write_bytes(folder.file("run.h5"), "");
  EXPECT_THAT(message_of<RunFileError>([&] { Reader{folder.file("run.h5")}; }),
              HasSubstr("run file: found an empty file"));
}

TEST(NoRunFile, is_refused_when_it_is_no_hdf5) {
  const TemporaryFolder folder;
  write_bytes(folder.file("run.h5"), std::string(5000, 'x'));
  EXPECT_THAT(message_of<RunFileError>([&] { Reader{folder.file("run.h5")}; }),
              HasSubstr("run file: found file signature not found"));
}

TEST(NoRunFile, is_refused_when_it_is_hdf5_of_another_program) {
  const TemporaryFolder folder;
  const std::string path = folder.file("run.h5");
  { const FileHandle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT)); }
  EXPECT_EQ(message_of<RunFileError>([&] { Reader{path}; }),
            path + ": attribute program: found nothing; expected one text");
}

TEST(TruncatedRunFile, is_refused_at_every_length) {
  const TemporaryFolder folder;
  create(folder.file("run.h5"), small_contents(), ignore_warning);
  const std::string bytes = bytes_of(folder.file("run.h5"));
  const std::string path = folder.file("truncated.h5");

  // Every length within the superblock and the first headers, then steps that meet no alignment.
  for (std::size_t length = 0; length < bytes.size(); length += length < 1000 ? 1 : 1237) {
    write_bytes(path, bytes.substr(0, length));
    EXPECT_THROW(Reader{path}, RunFileError) << length;
  }
  write_bytes(path, bytes.substr(0, bytes.size() - 1));
  EXPECT_THAT(message_of<RunFileError>([&] { Reader{path}; }), HasSubstr("truncated file"));
}

}  // namespace
}  // namespace clvae::store
