#include "hdf5/array_file.hpp"

#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <hdf5.h>
#include <numeric>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "clvae/core/errors.hpp"
#include "hdf5/failures.hpp"
#include "hdf5/handles.hpp"

namespace clvae::hdf5 {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr hsize_t kRows = 100;
constexpr hsize_t kColumns = 6;

/// A file with the numbers 0, 1, 2, ... as bytes /bytes, doubles /numbers, and compressed /packed.
class ArrayFileTest : public testing::Test {
 protected:
  ArrayFileTest() {
    prepare_library();
    std::vector<std::uint8_t> bytes(kRows * kColumns);
    std::iota(bytes.begin(), bytes.end(), std::uint8_t{0});
    std::vector<double> numbers(kRows * kColumns);
    std::iota(numbers.begin(), numbers.end(), 0.0);
    const FileHandle file(H5Fcreate(path_.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
    const PropertyListHandle packed(H5Pcreate(H5P_DATASET_CREATE));
    const hsize_t chunk[] = {7, 4};
    H5Pset_chunk(packed.id(), 2, chunk);
    H5Pset_deflate(packed.id(), 4);
    write(file, "/bytes", H5T_STD_U8LE, H5T_NATIVE_UINT8, bytes.data(), H5P_DEFAULT);
    write(file, "/numbers", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, numbers.data(), H5P_DEFAULT);
    write(file, "/packed", H5T_IEEE_F64LE, H5T_NATIVE_DOUBLE, numbers.data(), packed.id());
  }
  ~ArrayFileTest() override { std::filesystem::remove(path_); }

  static void write(const FileHandle& file, const char* name, hid_t type, hid_t memory_type,
                    const void* values, hid_t properties) {
    const hsize_t extents[] = {kRows, kColumns};
    const DataspaceHandle space(H5Screate_simple(2, extents, nullptr));
    const DatasetHandle dataset(
        H5Dcreate2(file.id(), name, type, space.id(), H5P_DEFAULT, properties, H5P_DEFAULT));
    H5Dwrite(dataset.id(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
  }

  template <class Value>
  static std::vector<Value> read(const NumberRows& rows, std::size_t first, std::size_t count) {
    std::vector<Value> values(count * kColumns);
    rows.read(first, count, gsl::as_writable_bytes(gsl::make_span(values)));
    return values;
  }

  std::string path_ = testing::TempDir() + "array_file_" + std::to_string(getpid()) + ".h5";
};

TEST_F(ArrayFileTest, gives_the_rows_that_were_written_when_they_are_asked_for) {
  const NumberRows bytes = ArrayFile(path_).rows("/bytes");  // and outlives the file
  ASSERT_EQ(bytes.type(), ValueType::byte);
  EXPECT_THAT(bytes.shape(), testing::ElementsAre(kRows, kColumns));
  EXPECT_THAT(read<std::uint8_t>(bytes, 0, 1), testing::ElementsAre(0, 1, 2, 3, 4, 5));
  EXPECT_THAT(
      read<std::uint8_t>(bytes, 99, 1),
      testing::ElementsAre(594 - 512, 595 - 512, 596 - 512, 597 - 512, 598 - 512, 599 - 512));
  for (const char* name : {"/numbers", "/packed"}) {
    const NumberRows rows = ArrayFile(path_).rows(name);
    ASSERT_EQ(rows.type(), ValueType::number) << name;
    for (std::size_t first = 0; first < kRows; first += 20) {
      const std::vector<float> values = read<float>(rows, first, 20);
      for (std::size_t i = 0; i < values.size(); ++i) {
        ASSERT_EQ(values[i], static_cast<float>(first * kColumns + i)) << name;
      }
    }
  }
}

TEST_F(ArrayFileTest, refuses_rows_that_are_not_there) {
  const NumberRows rows = ArrayFile(path_).rows("/bytes");

  EXPECT_THAT([&] { read<std::uint8_t>(rows, 99, 2); },
              ThrowsMessage<DataError>(HasSubstr("/bytes: found samples 99 to 100 that can't be "
                                                 "read")));
}

TEST_F(ArrayFileTest, refuses_to_read_on_when_the_file_was_cut_off_replaced_or_removed) {
  const auto refuses = [](const NumberRows& rows, const char* found) {
    EXPECT_THAT([&] { read<std::uint8_t>(rows, 99, 1); },
                ThrowsMessage<DataError>(HasSubstr(found)));
  };
  const std::string other = path_ + ".other";
  std::filesystem::copy_file(path_, other);
  const NumberRows rows = ArrayFile(path_).rows("/bytes");
  const NumberRows rows_of_other = ArrayFile(other).rows("/bytes");

  std::filesystem::resize_file(path_, 3000);
  refuses(rows, "a file of 3000 bytes that was changed or replaced after it was opened");
  std::filesystem::rename(path_, other);
  refuses(rows_of_other, "changed or replaced");
  refuses(rows, "no file any more");
  std::filesystem::remove(other);
}

TEST_F(ArrayFileTest, refuses_a_file_that_was_cut_off_before_it_was_opened) {
  std::filesystem::resize_file(path_, 3000);

  EXPECT_THAT([&] { ArrayFile(path_).rows("/bytes"); },
              ThrowsMessage<DataError>(HasSubstr("no HDF5 file that can be read")));
}

}  // namespace
}  // namespace clvae::hdf5
