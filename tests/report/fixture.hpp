#pragma once
/// \file
/// Folders and reductions for the tests of the report.

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "report/report.hpp"

namespace clvae::report {

/// A folder that goes away with the test.
class Folder {
 public:
  Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "clvae-report-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;

  std::string path() const { return path_.string(); }
  std::string file(const std::string& name) const { return (path_ / name).string(); }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(path_)) {
      found.push_back(entry.path().filename().string());
    }
    return found;
  }

 private:
  std::filesystem::path path_;
};

inline std::string content_of_file(const std::string& path) {
  std::ifstream stream(path, std::ios::binary);
  EXPECT_TRUE(stream) << path;
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

/// A curve that rises and settles, with a band that narrows; one member has no interval.
inline Curve rising_curve(const std::string& title, std::size_t members, double start = 0.8) {
  Curve curve;
  curve.method = "clvae";
  curve.score = "density";
  curve.merge = "mean";
  curve.title = title;
  curve.achieved = members;
  curve.requested = members + 2;
  for (std::size_t size = 1; size <= members; ++size) {
    const auto k = static_cast<double>(size);
    reduce::CurvePoint row;
    row.size = size;
    row.mean = start + 0.07 * (1 - std::exp(-(k - 1) / 5));
    const double half = members > 1 ? 0.02 / std::sqrt(k) : std::nan("");
    row.curve.lower = row.mean - half;
    row.curve.upper = row.mean + half;
    row.draws = 200;
    curve.rows.push_back(row);
  }
  return curve;
}

inline Reduction reduction_of(std::vector<Curve> curves) {
  Reduction reduction;
  reduction.dataset = "MNIST";
  reduction.outlier_names = {"0"};
  reduction.test_inliers = 6903;
  reduction.test_outliers = 6904;
  reduction.curves = std::move(curves);
  return reduction;
}

}  // namespace clvae::report
