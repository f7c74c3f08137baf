#pragma once
/// \file
/// The HDF5 file of scores of new samples. `src/store/README.md` is the written format.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include <gsl/span>

namespace clvae::store {

/// Version of the format.
inline constexpr int kScoreFileVersion = 1;

/// An attribute of the file's root.
struct ScoreAttribute {
  std::string name;
  std::variant<std::string, std::int32_t, double, std::vector<std::int32_t>,
               std::vector<std::string>>
      value;
};

/// What a file tells of each sample beside its scores.
struct ScoreColumns {
  std::size_t name_bytes = 0;  ///< of the longest name of a sample; 0: they have none
  bool is_anomaly = true;      ///< whether it is one
};

/// Scores of some samples in their order, as many of each.
struct ScoreRows {
  gsl::span<const float> anomaly;
  gsl::span<const std::uint8_t> is_anomaly;  ///< none where the file has no room for it
  gsl::span<const std::int32_t> nearest_class;
  gsl::span<const float> confidence;
  gsl::span<const float> disagreement;
  gsl::span<const std::string> file;  ///< names; none where the file has no room for them
};

/// A score file being made under the name `path + ".new"`, with its whole space on the disk from
/// the start; removed unless it is finished. One process.
class ScoreFile {
 public:
  /// \param samples in all
  /// \param attributes beside format, format_version and program, which are written anyhow
  /// \param warn where the file system can't set space aside \throws IoError, RunFileError
  ScoreFile(const std::string& path, std::size_t samples, const ScoreColumns& columns,
            const std::vector<ScoreAttribute>& attributes,
            const std::function<void(const std::string&)>& warn);
  ~ScoreFile();
  ScoreFile(const ScoreFile&) = delete;
  ScoreFile& operator=(const ScoreFile&) = delete;

  /// \throws IoError; UsageError where columns differ in length or there are more rows than samples
  void append(const ScoreRows& rows);
  /// Brings all to the disk and gives the file its name, in the place of one that is there.
  /// \throws IoError; UsageError where rows are missing
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clvae::store
