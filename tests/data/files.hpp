#pragma once
// Small data files in a temporary folder, written as the tests need them.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>
#include <zlib.h>

#include <gtest/gtest.h>

namespace clvae::data {

using Bytes = std::vector<std::uint8_t>;

inline void append_big_endian(Bytes& bytes, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    bytes.push_back(static_cast<std::uint8_t>(value >> shift));
  }
}

inline Bytes idx(std::uint32_t magic, const std::vector<std::uint32_t>& sizes, const Bytes& data) {
  Bytes bytes;
  append_big_endian(bytes, magic);
  for (const std::uint32_t size : sizes) append_big_endian(bytes, size);
  bytes.insert(bytes.end(), data.begin(), data.end());
  return bytes;
}

/// `count` images of 2 x 3 pixels that count up.
inline Bytes idx_images(std::uint32_t count) {
  Bytes pixels;
  for (std::uint32_t i = 0; i < count * 6; ++i) pixels.push_back(static_cast<std::uint8_t>(i));
  return idx(0x803, {count, 2, 3}, pixels);
}

inline Bytes idx_labels(const Bytes& labels) {
  return idx(0x801, {static_cast<std::uint32_t>(labels.size())}, labels);
}

/// A folder of its own for each test, removed afterwards.
class FolderTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    std::string name = std::string("clvae-") + info->test_suite_name() + "-" + info->name();
    for (char& letter : name) {
      if (letter == '/') letter = '-';
    }
    folder_ = (std::filesystem::path(testing::TempDir()) / name).string();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const Bytes& bytes) const {
    std::ofstream file(folder_ + "/" + name, std::ios::binary);
    file.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  }
  void write_packed(const std::string& name, const Bytes& bytes) const {
    gzFile file = gzopen((folder_ + "/" + name).c_str(), "wb");
    gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
    gzclose(file);
  }
  Bytes read(const std::string& name) const {
    std::ifstream file(folder_ + "/" + name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void remove(const std::string& name) const { std::filesystem::remove_all(folder_ + "/" + name); }

  std::string folder_;
};

}  // namespace clvae::data
