#include "store/score_file.hpp"

#include <csignal>
#include <hdf5.h>

#include <gmock/gmock.h>

#include "clvae/core/errors.hpp"
#include "hdf5/attributes.hpp"
#include "hdf5/failures.hpp"
#include "store/fixture.hpp"

namespace clvae::store {
namespace {

using hdf5::DatasetHandle;
using hdf5::DataspaceHandle;
using hdf5::DatatypeHandle;
using hdf5::FileHandle;
using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<ScoreAttribute> kAttributes{
    {"data", std::string("new.idx")},
    {"members", std::vector<std::int32_t>{2, 0, 1}},
    {"class_names", std::vector<std::string>{"zero", "zwölf"}},
    {"threshold", 2.5},
    {"members_requested", std::int32_t{4}}};

/// Rows of which each value tells its place.
struct Rows {
  explicit Rows(std::vector<float> values) : anomaly(std::move(values)) {
    for (const float value : anomaly) {
      is_anomaly.push_back(value > 2 ? 1 : 0);
      nearest.push_back(static_cast<std::int32_t>(value) + 10);
      confidence.push_back(value / 10);
      disagreement.push_back(value / 100);
    }
  }
  ScoreRows rows() const { return {anomaly, is_anomaly, nearest, confidence, disagreement, {}}; }

  std::vector<float> anomaly;
  std::vector<std::uint8_t> is_anomaly;
  std::vector<std::int32_t> nearest;
  std::vector<float> confidence;
  std::vector<float> disagreement;
};

template <class Value>
std::vector<Value> read(const FileHandle& file, const char* name, hid_t type) {
  const DatasetHandle dataset(H5Dopen2(file.id(), name, H5P_DEFAULT));
  const DataspaceHandle space(H5Dget_space(dataset.id()));
  std::vector<Value> values(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space.id())));
  H5Dread(dataset.id(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data());
  return values;
}

FileHandle opened(const std::string& path) {
  hdf5::prepare_library();
  return FileHandle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, hdf5::serial_access(path).id()));
}

TEST(ScoreFileTest, holds_all_rows_and_attributes_when_it_is_finished) {
  const TemporaryFolder folder;
  const std::string path = folder.file("scores.h5");
  ScoreFile file(path, 3, {}, kAttributes, ignore_warning);
  file.append(Rows({1, 2}).rows());
  file.append(Rows({}).rows());
  file.append(Rows({3}).rows());
  file.finish();

  const FileHandle found = opened(path);
  EXPECT_THAT(read<float>(found, "/anomaly_score", H5T_NATIVE_FLOAT), ElementsAre(1, 2, 3));
  EXPECT_THAT(read<std::uint8_t>(found, "/is_anomaly", H5T_NATIVE_UINT8), ElementsAre(0, 0, 1));
  EXPECT_THAT(read<std::int32_t>(found, "/nearest_class", H5T_NATIVE_INT32),
              ElementsAre(11, 12, 13));
  EXPECT_THAT(read<float>(found, "/confidence", H5T_NATIVE_FLOAT), ElementsAre(0.1F, 0.2F, 0.3F));
  EXPECT_THAT(read<float>(found, "/disagreement", H5T_NATIVE_FLOAT),
              ElementsAre(0.01F, 0.02F, 0.03F));
  const hdf5::AttributeOwner root{found.id(), path, "/"};
  EXPECT_EQ(read_text(root, "format"), "clvae scores");
  EXPECT_EQ(read_int(root, "format_version"), kScoreFileVersion);
  EXPECT_EQ(read_text(root, "data"), "new.idx");
  EXPECT_THAT(read_ints(root, "members"), ElementsAre(2, 0, 1));
  EXPECT_THAT(read_texts(root, "class_names"), ElementsAre("zero", "zwölf"));
  EXPECT_EQ(read_int(root, "members_requested"), 4);
  const DatasetHandle scores(H5Dopen2(found.id(), "/anomaly_score", H5P_DEFAULT));
  EXPECT_THAT(hdf5::read_text({scores.id(), path, "/anomaly_score"}, "meaning"),
              HasSubstr("higher = more anomalous"));
  EXPECT_EQ(folder.size(), 1U);
}

TEST(ScoreFileTest, has_no_place_for_what_is_an_anomaly_when_that_is_not_told) {
  const TemporaryFolder folder;
  const std::string path = folder.file("scores.h5");
  ScoreFile file(path, 2, {0, false}, kAttributes, ignore_warning);
  const Rows two({1, 3});
  ScoreRows rows = two.rows();
  EXPECT_THAT(message_of<UsageError>([&] { file.append(rows); }), HasSubstr("2 scores"));
  rows.is_anomaly = {};
  file.append(rows);
  file.finish();

  const FileHandle found = opened(path);
  EXPECT_THAT(read<float>(found, "/anomaly_score", H5T_NATIVE_FLOAT), ElementsAre(1, 3));
  EXPECT_EQ(H5Lexists(found.id(), "/is_anomaly", H5P_DEFAULT), 0);
}

TEST(ScoreFileTest, names_the_files_when_samples_have_names) {
  const TemporaryFolder folder;
  const std::string path = folder.file("scores.h5");
  const std::vector<std::string> names{"fox/1.png", "", "badger/zwölf.jpg"};
  ScoreFile file(path, 3, {names[2].size()}, {}, ignore_warning);
  const Rows two({1, 2});
  const Rows one({3});
  ScoreRows rows = two.rows();
  EXPECT_THAT(message_of<UsageError>([&] { file.append(rows); }), HasSubstr("2 scores"));
  rows.file = gsl::make_span(names).first(2);
  file.append(rows);
  rows = one.rows();
  rows.file = gsl::make_span(names).last(1);
  file.append(rows);
  file.finish();

  const FileHandle found = opened(path);
  const DatasetHandle dataset(H5Dopen2(found.id(), "/file", H5P_DEFAULT));
  const DatatypeHandle type(H5Dget_type(dataset.id()));
  const std::size_t width = H5Tget_size(type.id());
  ASSERT_EQ(width, names[2].size() + 1);
  EXPECT_EQ(H5Tget_cset(type.id()), H5T_CSET_UTF8);
  std::vector<char> bytes(3 * width);
  ASSERT_GE(H5Dread(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, bytes.data()), 0);
  for (std::size_t i = 0; i < names.size(); ++i) {
    EXPECT_EQ(std::string(&bytes[i * width]), names[i]);
  }
}

TEST(ScoreFileTest, leaves_what_was_there_when_it_is_not_finished) {
  const TemporaryFolder folder;
  const std::string path = folder.file("scores.h5");
  write_bytes(path, "older");
  {
    ScoreFile file(path, 2, {}, kAttributes, ignore_warning);
    file.append(Rows({1}).rows());
    EXPECT_THAT(message_of<UsageError>([&] { file.finish(); }), HasSubstr("1 of 2 scores"));
  }

  EXPECT_EQ(bytes_of(path), "older");
  EXPECT_EQ(folder.size(), 1U);
}

TEST(ScoreFileTest, takes_the_place_of_an_older_one_when_it_is_finished) {
  const TemporaryFolder folder;
  const std::string path = folder.file("scores.h5");
  write_bytes(path, "older");
  write_bytes(path + ".new", "what a kill left");

  ScoreFile file(path, 1, {}, {}, ignore_warning);
  file.append(Rows({1}).rows());
  file.finish();

  EXPECT_TRUE(opened(path).is_open());
  EXPECT_EQ(folder.size(), 1U);
}

TEST(ScoreFileTest, refuses_rows_that_are_too_many_or_incomplete) {
  const TemporaryFolder folder;
  ScoreFile file(folder.file("scores.h5"), 1, {}, {}, ignore_warning);
  const Rows two({1, 2});
  const Rows one({1});

  EXPECT_THAT(message_of<UsageError>([&] { file.append(two.rows()); }), HasSubstr("2 scores"));
  ScoreRows uneven = one.rows();
  uneven.confidence = {};
  EXPECT_THAT(message_of<UsageError>([&] { file.append(uneven); }), HasSubstr("scores"));
}

TEST(ScoreFileTest, finds_at_its_start_that_there_is_no_room) {
  const TemporaryFolder folder;
  const Limit limit(RLIMIT_FSIZE, 100'000);

  const std::string message = message_of<IoError>(
      [&] { ScoreFile(folder.file("scores.h5"), 100'000, {}, kAttributes, ignore_warning); });

  EXPECT_THAT(message, HasSubstr("make a file of"));
  EXPECT_EQ(folder.size(), 0U);
}

}  // namespace
}  // namespace clvae::store
