#pragma once
/// \file
/// A small run file to test with: 3 members, 2 inlier classes and 1 outlier class.

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <stdlib.h>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "store/creation.hpp"

namespace clvae::store {

inline constexpr std::size_t kMembers = 3;

/// A fresh folder, removed with everything in it.
class TemporaryFolder {
 public:
  TemporaryFolder() : path_(testing::TempDir() + "clvae-store-XXXXXX") {
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  std::string file(const std::string& name) const { return path_ + "/" + name; }
  /// How many files lie in the folder.
  std::size_t size() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(path_), {}));
  }

 private:
  std::string path_;
};

/// Lowers one of this process's limits for a while; a file that grows too large is then an error of
/// the write, not a signal.
class Limit {
 public:
  Limit(decltype(RLIMIT_FSIZE) resource, rlim_t value)
      : resource_(resource), handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(resource_, &before_);
    const rlimit lowered{value, before_.rlim_max};
    setrlimit(resource_, &lowered);
  }
  ~Limit() {
    setrlimit(resource_, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  Limit(const Limit&) = delete;
  Limit& operator=(const Limit&) = delete;

 private:
  decltype(RLIMIT_FSIZE) resource_;
  void (*handler_)(int);
  rlimit before_{};
};

inline SampleTable sample_table(const std::string& part, std::vector<std::int32_t> labels) {
  SampleTable table;
  table.part = part;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    table.original_index.push_back(static_cast<std::int64_t>(10 * i));
    table.original_split.push_back(part == "test" ? 1 : 0);
    table.is_outlier.push_back(labels[i] == 1 ? 1 : 0);
  }
  table.labels = std::move(labels);
  return table;
}

/// Datasets "latents" [4, 2], "weights" [5] and "nothing" [0, 2].
inline Contents small_contents() {
  Contents contents;
  contents.config = "ensemble:\n  size: 3\n";
  contents.program_version = "0.1.0";
  contents.dataset_name = "digits";
  contents.dataset_fingerprint = "0123456789abcdef0123456789abcdef";
  contents.class_names = {"zero", "one", "zwölf"};
  contents.inlier_classes = {0, 2};
  contents.outlier_classes = {1};
  contents.parts = {sample_table("train", {0, 2, 0, 2}), sample_table("validation", {}),
                    sample_table("test", {0, 2, 1, 1, 1})};
  KindLayout layout;
  layout.kind = Kind::clvae;
  layout.seeds = {11, 12, 0xffffffffffffffffULL};
  layout.permutations = {0, 1, 1, 0, 0, 1};
  layout.centres = {3, 0, -3, 0};
  layout.latent_dim = 2;
  layout.datasets = {
      {"latents", {4, 2}, {"sample", "latent"}, "1", "Posterior means."},
      {"weights", {5}, {"weight"}, "1", "All weights, flat."},
      {"nothing", {0, 2}, {"sample", "latent"}, "1", "Posterior means of no samples."},
  };
  contents.kinds = {layout};
  contents.max_attempts = 2;
  return contents;
}

/// For `create` on a file system that is expected to reserve space, or where it does not matter.
inline void ignore_warning(const std::string& /*line*/) {}

inline std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline void write_bytes(const std::string& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary) << bytes;
}

/// The message of the error of type `Expected` that `action` throws; "" and a failed test where it
/// throws none or another.
template <class Expected, class Action>
std::string message_of(Action action) {
  try {
    action();
  } catch (const Expected& error) {
    return error.what();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "another error: " << error.what();
    return "";
  }
  ADD_FAILURE() << "no error";
  return "";
}

}  // namespace clvae::store
