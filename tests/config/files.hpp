#pragma once
// A folder for config files, and the smallest config that is complete.

#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>

namespace clvae::config {

/// Its three lines come before those of a test, so that the first of these is line 4.
inline std::string with_path(const std::string& rest) {
  return "# the least\ndataset:\n  path: somewhere\n" + rest;
}

/// A folder of its own for each test, removed afterwards.
class FolderTest : public testing::Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    const std::string name = std::string("clvae-config-") + info->name();
    folder_ = (std::filesystem::path(testing::TempDir()) / name).string();
    std::filesystem::remove_all(folder_);
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text) const {
    const std::string path = folder_ + "/" + name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }

  std::string folder_;
};

}  // namespace clvae::config
