#pragma once
/// \file
/// Which classes are anomalous in the runs of a sweep, and where these runs lie.

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "config/config.hpp"
#include "run/grid.hpp"

namespace clvae::run {

/// What the options of a sweep say of classes.
struct SweepWords {
  std::string outliers;   ///< "each", or classes; empty: not given
  std::string choose_on;  ///< classes; empty: nothing is chosen
};

/// The classes of a sweep. Of no two sets that are reported or chosen on is a class in common
/// between reporting and choosing.
struct SweepClasses {
  std::vector<std::vector<int>> reported;  ///< each set is anomalous together, in a run of its own
  bool are_the_configs = false;            ///< one set, that of `dataset.outlier_classes`
  std::vector<int> choosing;               ///< each is anomalous in turn, to choose settings by
};

/// The classes that words name: "0,3,7", names, and ranges of numbers such as "5-9".
/// \return ascending, each once \throws UsageError naming the option
std::vector<int> classes_in(const std::string& words, const std::vector<std::string>& class_names,
                            const std::string& option);

/// Without --outliers each class is anomalous in turn, or where settings are tried (a grid, or
/// classes to choose on) those of the config together. "each" leaves the choosing classes out.
/// \throws UsageError, also where a class would be chosen and reported on
SweepClasses sweep_classes(const SweepWords& words, bool has_grid, const config::Dataset& dataset,
                           const std::vector<std::string>& class_names);

/// One run of a sweep.
struct SweepRun {
  std::size_t point = 0;      ///< index into the grid's points
  std::vector<int> outliers;  ///< anomalous together
  std::vector<int> excluded;  ///< beside those that the config excludes
  std::string folder;         ///< below that of the sweep
};

/// Every point with each set of classes that is reported on. Without points to choose from:
/// "outlier_3", "model.latent_dim=2/outlier_3", or "model.latent_dim=2" for the config's classes.
std::vector<SweepRun> reporting_runs(const SweepClasses& classes,
                                     const std::vector<GridPoint>& points);

/// Every point with each choosing class, below "choosing". The classes to be reported on are in no
/// part of these runs.
std::vector<SweepRun> choosing_runs(const SweepClasses& classes,
                                    const std::vector<GridPoint>& points);

/// Refuses, before any of the runs is trained, what could only fail once its turn has come. Reads
/// each dataset once. One process. \param runs each with the settings that it has of the grid, for
/// errors; empty without a grid  \param class_names that all of them must have
/// \throws UsageError, DataError
void require_trainable_runs(const std::vector<std::pair<std::string, config::Config>>& runs,
                            const std::vector<std::string>& class_names);

/// The chosen point with each set of classes that is reported on, below "reporting".
std::vector<SweepRun> reporting_runs_of(const SweepClasses& classes,
                                        const std::vector<GridPoint>& points, std::size_t chosen);

}  // namespace clvae::run
