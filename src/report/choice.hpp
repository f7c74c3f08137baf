#pragma once
/// \file
/// Which settings are chosen by classes that are never reported on.

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "report/sweep.hpp"

namespace clvae::report {

/// Settings that were tried, and what they reached with each choosing class as the anomaly.
struct Candidate {
  std::vector<std::string> values;  ///< [keys]
  std::vector<SweepCell> cells;     ///< [classes]; unknown where that run failed
};

/// By what was chosen, among what.
struct Choosing {
  std::string dataset;
  std::vector<std::string> keys;      ///< dotted, of which several values were tried
  std::vector<std::string> classes;   ///< that were held out for choosing
  std::vector<std::string> reported;  ///< classes that no choosing run has seen
  std::string criterion;              ///< whose AUC counts, e.g. "CL-VAE, latent divergence"
  double confidence = 0.95;
  std::vector<Candidate> candidates;
};

/// How much better the chosen settings are than others, over the classes.
struct PairedDifference {
  double mean = kUnknown;
  double lower = kUnknown;  ///< NaN where there are fewer than two classes
  double upper = kUnknown;
};

struct Choice {
  std::size_t chosen = 0;  ///< index into the candidates
  SweepCell mean;          ///< its mean AUC over the classes, its interval as in a sweep's table
  std::optional<std::size_t> runner_up;
  PairedDifference gain;  ///< over the runner-up
};

/// The settings with the highest mean AUC over the choosing classes; of equal ones the first. Those
/// that lack a class are out. The gain's interval is that of a paired t-test with the classes as
/// the sample: where it holds zero, other classes may have chosen the runner-up.
/// \throws UsageError where lengths disagree, RunError where no settings have all classes
Choice choice_of(const Choosing& choosing);

/// What was chosen and how surely, in lines for the terminal.
std::string describe(const Choosing& choosing, const Choice& choice);

/// Writes all of it as `choice.json`. \throws IoError
void write_choice_json(const Choosing& choosing, const Choice& choice, const std::string& path);

/// "model.latent_dim=3, training.alpha=0.5".
std::string settings_in_words(const std::vector<std::string>& keys,
                              const std::vector<std::string>& values);

}  // namespace clvae::report
