#pragma once
/// \file
/// The jobs that a user can start; one source file each, `main.cpp` is the command line.

#include <optional>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "core/console.hpp"
#include "embed/trained_run.hpp"
#include "evaluate/run_ensemble.hpp"
#include "run/settings.hpp"
#include "store/reader.hpp"

namespace clvae::jobs {

/// Trains what is not done yet, reduces, plots. Collective.
void run(const comm::Communicator& world, const run::Settings& settings, Console& console);

/// Trains every member that the run file does not hold yet; makes the run file where there is none.
/// Collective. \throws SharedError where config or data can't be used, or the run is another's
void train(const comm::Communicator& world, const run::Settings& settings, Console& console);

/// Joins the members that are done in several runs of the same experiment with other seeds into one
/// new run. One process. \throws UsageError, RunFileError where runs don't fit together; IoError
void merge(const std::vector<run::RunFolder>& folders, const std::string& output, Console& console);

/// Scores, merges and writes the tables; the ranks share the work. Collective.
/// \throws SharedError where no member is done
void reduce(const comm::Communicator& world, const run::RunFolder& folder,
            const config::Reduction& reduction, Console& console);

/// The settings of a reduction: the run file's own, with what the user wants otherwise.
/// Collective. \param overrides of keys "reduction.*" \throws SharedError
config::Reduction agreed_reduction(const comm::Communicator& world, const run::RunFolder& folder,
                                   const std::vector<std::string>& overrides);

/// Scores the samples of a file or folder with the run's CL-VAE members; the ranks share them, and
/// any number of them gives the same file. Collective. \throws SharedError
void score(const comm::Communicator& world, const run::RunFolder& folder,
           const evaluate::ScoreOptions& options, Console& console);

/// Answers each sample on standard input with a line on standard output, at once, until the input
/// ends, a signal comes, or nobody reads on. One process. \param console on standard error
/// \throws UsageError, RunError; DataError for a stream without any sample
void serve(const run::RunFolder& folder, const evaluate::ScoreOptions& options, Console& console);

/// How a run is written for programs that are not clvae.
struct ExportOptions {
  std::string folder;
  embed::Alarm alarm;
  LoadOptions loading;  ///< its device and threads mean nothing here
};

/// Writes the run's CL-VAE members, and the ensemble of them, as TorchScript modules into a folder,
/// which appears whole or not at all. One process. \throws UsageError also where the folder is
/// neither empty nor an earlier export; RunFileError, IoError, InterruptedError
void export_torchscript(const run::RunFolder& folder, const ExportOptions& options,
                        Console& console);

/// What the first of two runs on the same test set gains over the second, method by method.
/// Collective. \param folders two \param output folder for tables and a figure; empty: none
void compare(const comm::Communicator& world, const std::vector<run::RunFolder>& folders,
             const config::Reduction& reduction, const std::string& output, Console& console);

/// Draws the figures of one run from the tables that `reduce` wrote and from its run file, and
/// writes the summary page. One process. \param output folder; empty: the run's own
/// \throws UsageError, DataError, RunError
void plot(const run::RunFolder& folder, const std::string& output, Console& console);

/// Draws AUC against ensemble size of several runs side by side. One process.
void plot_together(const std::vector<run::RunFolder>& folders, const std::string& output,
                   Console& console);

/// One run for each class that may be anomalous, in folders of their own, and a table of them all.
/// Collective. \param outlier_words "each" or class numbers, "0,3,7" \throws SharedError, also at
/// the end where one of the runs failed
void sweep(const comm::Communicator& world, const run::Settings& settings,
           const std::string& outlier_words, Console& console);

/// What a run holds.
struct InfoOptions {
  bool as_json = false;
  bool verify = false;  ///< take the checksums of all members that are done
};
struct Description {
  std::string text;         ///< for people, or JSON
  std::size_t damaged = 0;  ///< members that are done and whose checksum fails; 0 unless verified
};
/// One process. \throws RunFileError, to verify also where seeds or permutations are not the
/// config's
Description info(const run::RunFolder& folder, const InfoOptions& options);

struct BenchmarkOptions {
  bool as_json = false;
  double seconds = 3;  ///< of each measurement
};
/// Lets every rank train and encode members of each kind for a moment, all at the same time, and
/// tells how fast they are and how long the run will take. Collective. \return on rank 0 the text,
/// or JSON \throws SharedError
std::string benchmark(const comm::Communicator& world, const run::Settings& settings,
                      const BenchmarkOptions& options, Console& console);

/// Reads config and data and tells what a run would be, and need. One process. \return the text
std::string check(const run::Settings& settings);

}  // namespace clvae::jobs
