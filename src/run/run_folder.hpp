#pragma once
/// \file
/// The folder of a run, and what the files in it are called.

#include <cstdint>
#include <string>
#include <vector>

namespace clvae::run {

/// Where everything of one run lies.
class RunFolder {
 public:
  explicit RunFolder(std::string path) : path_(std::move(path)) {}

  /// The run that a user names: its folder, or the run file in it.
  /// \throws UsageError where there is no run
  static RunFolder find(const std::string& folder_or_run_file);

  const std::string& path() const { return path_; }
  std::string run_file() const { return file("run.h5"); }
  /// What `clvae extend` leaves for a job that is at work on the run, each process a file of its
  /// own, whose name tells the order. \param time nanoseconds since 1970-01-01 UTC
  std::string extend_request(std::int64_t time, long process) const;
  /// Those that are there, the oldest first. \throws IoError
  std::vector<std::string> extend_requests() const;
  std::string curves_csv() const { return file("auc.csv"); }
  std::string comparisons_csv() const { return file("comparisons.csv"); }
  std::string curves_json() const { return file("auc.json"); }
  std::string members_csv() const { return file("members.csv"); }
  std::string epochs_csv() const { return file("epochs.csv"); }
  std::string scores_csv() const { return file("scores.csv"); }
  std::string latex_tables() const { return file("tables.tex"); }
  std::string latex_results() const { return file("results.tex"); }
  std::string figure3_script() const { return file("figure3.py"); }
  std::string sweep_csv() const { return file("sweep.csv"); }
  std::string choosing_csv() const { return file("choosing.csv"); }
  std::string choice_json() const { return file("choice.json"); }
  std::string evaluation() const { return file("evaluate"); }  ///< a folder
  std::string summary() const { return file("summary.html"); }
  std::string lock() const { return file("run.lock"); }
  std::string checkpoints() const { return file("checkpoints"); }  ///< a folder
  bool has_run_file() const;
  bool has_tables() const;  ///< that figures are drawn from

  /// Makes the folder, and those above it, where they are missing. \throws IoError (exit status 2)
  /// where it can't be made or written to
  void make() const;
  /// \throws IoError (exit status 2)
  void require_writable() const;
  /// \throws IoError (exit status 2)
  void require_writable_run_file() const;

 private:
  std::string file(const std::string& name) const { return path_ + "/" + name; }

  std::string path_;
};

/// The folder itself where it is there, else the closest above it that is: absolute.
std::string nearest_folder(const std::string& path);

}  // namespace clvae::run
