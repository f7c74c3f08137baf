#include "hdf5/stored_values.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <hdf5.h>
#include <numeric>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "hdf5/array_file.hpp"
#include "hdf5/failures.hpp"

namespace clvae::hdf5 {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

/// Files of bytes that count up, in a folder of their own. Datasets are /x, [rows, 4].
class StoredValuesTest : public testing::Test {
 protected:
  StoredValuesTest() {
    prepare_library();
    std::filesystem::create_directories(folder_);
  }
  ~StoredValuesTest() override { std::filesystem::remove_all(folder_); }

  std::string path(const std::string& name) const { return folder_ + "/" + name; }

  FileHandle create(const std::string& name) const {
    return FileHandle(H5Fcreate(path(name).c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
  }
  static DataspaceHandle space_of(hsize_t rows, hsize_t most = 0) {
    const hsize_t extents[] = {rows, 4};
    const hsize_t limits[] = {most == 0 ? rows : most, 4};
    return DataspaceHandle(H5Screate_simple(2, extents, limits));
  }
  static DatasetHandle add(const FileHandle& file, const DataspaceHandle& space,
                           const PropertyListHandle& properties) {
    return DatasetHandle(H5Dcreate2(file.id(), "/x", H5T_STD_U8LE, space.id(), H5P_DEFAULT,
                                    properties.id(), H5P_DEFAULT));
  }
  static PropertyListHandle creation() { return PropertyListHandle(H5Pcreate(H5P_DATASET_CREATE)); }
  static void write(const DatasetHandle& dataset, hsize_t first, hsize_t rows) {
    std::vector<std::uint8_t> values(rows * 4);
    std::iota(values.begin(), values.end(), static_cast<std::uint8_t>(first * 4));
    const DataspaceHandle from = space_of(rows);
    const DataspaceHandle to(H5Dget_space(dataset.id()));
    select(to, first, rows);
    H5Dwrite(dataset.id(), H5T_NATIVE_UINT8, from.id(), to.id(), H5P_DEFAULT, values.data());
  }
  static void select(const DataspaceHandle& space, hsize_t first, hsize_t rows) {
    const hsize_t start[] = {first, 0};
    const hsize_t count[] = {rows, 4};
    H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start, nullptr, count, nullptr);
  }
  void make_source(const std::string& name, hsize_t rows) const {
    const FileHandle file = create(name);
    write(add(file, space_of(rows), creation()), 0, rows);
  }
  /// Rows of /x in other files. \param parts file, first row and number of rows
  void make_virtual(const std::string& name, hsize_t rows,
                    const std::vector<std::tuple<std::string, hsize_t, hsize_t>>& parts) const {
    const FileHandle file = create(name);
    const DataspaceHandle space = space_of(rows);
    const PropertyListHandle properties = creation();
    for (const auto& [source, first, count] : parts) {
      select(space, first, count);
      H5Pset_virtual(properties.id(), space.id(), source.c_str(), "/x", space_of(count).id());
    }
    H5Sselect_all(space.id());
    add(file, space, properties);
  }
  /// All values, as the program reads them.
  std::vector<std::uint8_t> read(const std::string& name) const {
    const NumberRows rows = ArrayFile(path(name)).rows("/x");
    std::vector<std::uint8_t> values(rows.shape()[0] * rows.shape()[1]);
    rows.read(0, rows.shape()[0], gsl::as_writable_bytes(gsl::make_span(values)));
    return values;
  }
  static std::vector<std::uint8_t> counted(std::size_t values) {
    std::vector<std::uint8_t> all(values);
    std::iota(all.begin(), all.end(), std::uint8_t{0});
    return all;
  }
  void expect_refused(const std::string& name, const std::string& complaint) const {
    EXPECT_THAT([&] { read(name); },
                ThrowsMessage<DataError>(AllOf(HasSubstr(name + ": /x"), HasSubstr(complaint))));
  }

  std::string folder_ = testing::TempDir() + "stored_values_" + std::to_string(getpid());
};

TEST_F(StoredValuesTest, are_refused_when_they_were_never_written) {
  { add(create("contiguous.h5"), space_of(9), creation()); }
  expect_refused("contiguous.h5", "a shape of [9, 4] in 0 bytes: values that were never written");

  const PropertyListHandle chunks = creation();
  const hsize_t chunk[] = {4, 2};
  H5Pset_chunk(chunks.id(), 2, chunk);
  const auto with_rows = [&](hsize_t first, hsize_t rows) {
    const FileHandle file = create("chunked.h5");
    write(add(file, space_of(10), chunks), first, rows);
  };
  with_rows(0, 8);
  expect_refused("chunked.h5", "4 of 6 chunks; rows 8 to 9 were never written");
  with_rows(4, 6);
  expect_refused("chunked.h5", "4 of 6 chunks; rows 0 to 3 were never written");
  with_rows(0, 10);
  EXPECT_EQ(read("chunked.h5"), counted(40));
}

TEST_F(StoredValuesTest, are_read_when_a_virtual_dataset_has_all_of_its_sources) {
  make_source("a.h5", 3);
  make_source("b.h5", 5);
  make_virtual("whole.h5", 8, {{"a.h5", 0, 3}, {"b.h5", 3, 5}});
  make_virtual("nested.h5", 8, {{"whole.h5", 0, 8}});

  std::vector<std::uint8_t> expected = counted(12);
  const std::vector<std::uint8_t> second = counted(20);
  expected.insert(expected.end(), second.begin(), second.end());
  EXPECT_EQ(read("whole.h5"), expected);
  EXPECT_EQ(read("nested.h5"), expected);
}

TEST_F(StoredValuesTest, are_refused_when_a_source_is_missing_or_too_small_or_empty) {
  make_source("a.h5", 3);
  make_virtual("missing.h5", 8, {{"a.h5", 0, 3}, {"b.h5", 3, 5}});
  make_virtual("nested.h5", 8, {{"missing.h5", 0, 8}});
  expect_refused("missing.h5", "a virtual dataset whose source b.h5 is missing");
  expect_refused("nested.h5", "source b.h5 is missing");

  make_source("b.h5", 4);
  expect_refused("missing.h5", "b.h5 has the shape [4, 4] in /x; expected 20 values");
  { add(create("b.h5"), space_of(5), creation()); }
  expect_refused("missing.h5", "b.h5: /x has a shape of [5, 4] in 0 bytes");
  { create("b.h5"); }
  expect_refused("missing.h5", "b.h5: /x has nothing that can be opened");
  std::ofstream(path("b.h5")) << "no HDF5";
  expect_refused("missing.h5", "b.h5 can't be opened");
}

TEST_F(StoredValuesTest, are_refused_when_a_row_is_in_no_source) {
  make_source("a.h5", 3);
  make_virtual("gap.h5", 8, {{"a.h5", 0, 3}, {"a.h5", 5, 3}});
  make_virtual("twice.h5", 6, {{"a.h5", 0, 3}, {"a.h5", 0, 3}});

  expect_refused("gap.h5", "a virtual dataset of [8, 4] of which row 3 is in no source");
  expect_refused("twice.h5", "of which row 3 is in no source");
}

TEST_F(StoredValuesTest, are_read_when_sources_are_numbered_or_go_on_as_far_as_they_can) {
  make_source("part0.h5", 2);
  make_source("part1.h5", 2);
  {
    const FileHandle file = create("numbered.h5");
    const DataspaceHandle space = space_of(2, H5S_UNLIMITED);
    const hsize_t start[] = {0, 0};
    const hsize_t stride[] = {2, 1};
    const hsize_t count[] = {H5S_UNLIMITED, 1};
    const hsize_t block[] = {2, 4};
    H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, start, stride, count, block);
    const PropertyListHandle properties = creation();
    H5Pset_virtual(properties.id(), space.id(), "part%b.h5", "/x", space_of(2).id());
    add(file, space, properties);
  }
  std::vector<std::uint8_t> expected = counted(8);
  expected.insert(expected.end(), expected.begin(), expected.begin() + 8);
  EXPECT_EQ(read("numbered.h5"), expected);

  // Every second row is of a source that may grow; one of them has a row less than the other.
  const auto make_growing = [&](const std::string& name, hsize_t rows) {
    const FileHandle file = create(name);
    const PropertyListHandle chunks = creation();
    const hsize_t chunk[] = {1, 4};
    H5Pset_chunk(chunks.id(), 2, chunk);
    write(add(file, space_of(rows, H5S_UNLIMITED), chunks), 0, rows);
  };
  make_growing("even.h5", 2);
  make_growing("odd.h5", 2);
  {
    const FileHandle file = create("growing.h5");
    const PropertyListHandle properties = creation();
    const DataspaceHandle space = space_of(2, H5S_UNLIMITED);
    const DataspaceHandle source = space_of(2, H5S_UNLIMITED);
    const hsize_t stride[] = {2, 1};
    const hsize_t count[] = {H5S_UNLIMITED, 1};
    const hsize_t block[] = {1, 4};
    const hsize_t origin[] = {0, 0};
    H5Sselect_hyperslab(source.id(), H5S_SELECT_SET, origin, nullptr, count, block);
    for (const auto& [name, first] : {std::pair{"even.h5", 0U}, std::pair{"odd.h5", 1U}}) {
      const hsize_t begin[] = {first, 0};
      H5Sselect_hyperslab(space.id(), H5S_SELECT_SET, begin, stride, count, block);
      H5Pset_virtual(properties.id(), space.id(), name, "/x", source.id());
    }
    add(file, space, properties);
  }
  EXPECT_THAT(read("growing.h5"),
              testing::ElementsAre(0, 1, 2, 3, 0, 1, 2, 3, 4, 5, 6, 7, 4, 5, 6, 7));
  make_growing("even.h5", 4);
  expect_refused("growing.h5", "is in no source");
}

TEST_F(StoredValuesTest, are_noticed_to_change_also_in_a_source) {
  make_source("a.h5", 3);
  make_virtual("whole.h5", 3, {{"a.h5", 0, 3}});
  const NumberRows rows = ArrayFile(path("whole.h5")).rows("/x");
  std::filesystem::resize_file(path("a.h5"), 100);

  std::vector<std::uint8_t> values(4);
  EXPECT_THAT([&] { rows.read(0, 1, gsl::as_writable_bytes(gsl::make_span(values))); },
              ThrowsMessage<DataError>(
                  AllOf(HasSubstr("a.h5"), HasSubstr("changed or replaced after it was opened"))));
}

TEST_F(StoredValuesTest, are_found_in_external_files_beside_the_file_unless_they_are_too_short) {
  {
    const PropertyListHandle properties = creation();
    H5Pset_external(properties.id(), "first.raw", 1, 8);
    H5Pset_external(properties.id(), "second.raw", 0, H5F_UNLIMITED);
    const FileHandle file = create("external.h5");
    add(file, space_of(3), properties);
  }
  expect_refused("external.h5", "values in the external file first.raw, which can't be read");
  const std::vector<std::uint8_t> values = counted(12);
  const auto raw = [&](const std::string& name, const std::string& before, std::size_t begin,
                       std::size_t end) {
    std::ofstream(path(name), std::ios::binary)
        << before
        << std::string(values.begin() + static_cast<long>(begin),
                       values.begin() + static_cast<long>(end));
  };
  raw("first.raw", "?", 0, 8);
  raw("second.raw", "", 8, 11);
  expect_refused("external.h5", "second.raw of 3 bytes; expected 4 bytes from byte 0 on");
  raw("second.raw", "", 8, 12);
  EXPECT_EQ(read("external.h5"), values);
}

TEST_F(StoredValuesTest, are_refused_with_the_name_of_a_filter_that_is_missing) {
  // A filter that copies, under the number of h5py's, registered for the writing alone.
  constexpr H5Z_filter_t kNumber = 32000;
  H5Z_class2_t filter{};
  filter.version = H5Z_CLASS_T_VERS;
  filter.id = kNumber;
  filter.encoder_present = 1;
  filter.decoder_present = 1;
  filter.name = "lzf";
  filter.filter = [](unsigned, std::size_t, const unsigned*, std::size_t bytes, std::size_t*,
                     void**) { return bytes; };
  H5Zregister(&filter);
  const PropertyListHandle packed = creation();
  const hsize_t chunk[] = {4, 4};
  H5Pset_chunk(packed.id(), 2, chunk);
  H5Pset_filter(packed.id(), kNumber, H5Z_FLAG_OPTIONAL, 0, nullptr);
  {
    const FileHandle file = create("packed.h5");
    write(add(file, space_of(8), packed), 0, 8);
  }
  EXPECT_EQ(read("packed.h5"), counted(32));
  H5Zunregister(kNumber);

  expect_refused("packed.h5",
                 "chunks packed by the filter lzf, which the HDF5 library here does "
                 "not have; expected gzip or no packing, as `h5repack -f GZIP=4 ");
}

TEST_F(StoredValuesTest, are_refused_when_chunks_are_larger_than_any_that_were_packed) {
  const PropertyListHandle packed = creation();
  const hsize_t chunk[] = {100'000'000, 4};
  H5Pset_chunk(packed.id(), 2, chunk);
  H5Pset_deflate(packed.id(), 1);
  {
    const FileHandle file = create("bomb.h5");
    const DatasetHandle dataset = add(file, space_of(100'000'000), packed);
    const hsize_t offset[] = {0, 0};
    H5Dwrite_chunk(dataset.id(), H5P_DEFAULT, 0, offset, 100, counted(100).data());
  }
  expect_refused("bomb.h5", "a shape of [100000000, 4] in 100 bytes");
}

}  // namespace
}  // namespace clvae::hdf5
