#include "report/sweep.hpp"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <numeric>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "data/dataset.hpp"
#include "jobs.hpp"
#include "report/latex.hpp"
#include "report/report.hpp"
#include "report/summary.hpp"
#include "run/dataset.hpp"

namespace clvae::jobs {

namespace {

struct SweepOptions {
  run::ConfigArguments config;
  std::string outliers = "each";  ///< or class numbers or names with commas between
};

/// The run in which that class is the anomaly.
run::Settings settings_for(const run::Settings& sweep, int outlier,
                           const std::vector<std::string>& class_names) {
  run::Settings settings = sweep;
  settings.config.dataset.outlier_classes = {data::word_for_class(outlier, class_names)};
  settings.folder = run::RunFolder(fmt::format("{}/outlier_{}", sweep.folder.path(), outlier));
  settings.config.output = settings.folder.path();
  return settings;
}

/// Adds one run's row; the first run's primary curves name the columns.
void add_row(const report::Reduction& reduction, report::Sweep& sweep) {
  sweep.dataset = reduction.dataset;
  sweep.confidence = reduction.confidence;
  const bool is_first = sweep.rows.empty();
  report::SweepRow row;
  row.outlier_name = fmt::format("{}", fmt::join(reduction.outlier_names, ", "));
  row.cells.resize(sweep.methods.size());
  for (const report::Curve& curve : reduction.curves) {
    if (!curve.is_primary || curve.rows.empty()) continue;
    const reduce::CurvePoint& last = curve.rows.back();
    const report::SweepCell cell{last.mean, last.total.lower, last.total.upper};
    if (is_first) {
      sweep.methods.push_back(curve.title);
      row.cells.push_back(cell);
      continue;
    }
    const auto column = std::find(sweep.methods.begin(), sweep.methods.end(), curve.title);
    if (column == sweep.methods.end()) continue;
    row.cells[static_cast<std::size_t>(column - sweep.methods.begin())] = cell;
  }
  sweep.rows.push_back(std::move(row));
}

void write_tables(const report::Sweep& sweep, const run::Settings& settings, Console& console) {
  report::SummaryPage page;
  page.title = settings.folder.path();
  page.sweep = sweep;
  page.config = config::to_yaml(settings.config);
  report::write_sweep_csv(sweep, settings.folder.sweep_csv());
  report::write_latex_sweep(sweep, settings.folder.latex_tables());
  report::write_summary(page, settings.folder.summary());
  console.event(report::table(sweep));
  console.event(fmt::format("sweep: {}, {}; for LaTeX: {}", settings.folder.sweep_csv(),
                            settings.folder.summary(), settings.folder.latex_tables()));
}

/// The classes that are held back, one after the other.
/// \param words "each": every class on its own; else class numbers or names, "0,3,7"
/// \param class_names of the dataset \throws UsageError for anything else, or a class that is not
/// there
std::vector<int> outliers_of_sweep(const std::string& words,
                                   const std::vector<std::string>& class_names) {
  if (words == "each") {
    std::vector<int> outliers(class_names.size());
    std::iota(outliers.begin(), outliers.end(), 0);
    return outliers;
  }
  std::vector<std::string> listed;
  std::size_t begin = 0;
  for (std::size_t comma = words.find(','); comma != std::string::npos;
       comma = words.find(',', begin)) {
    listed.push_back(words.substr(begin, comma - begin));
    begin = comma + 1;
  }
  listed.push_back(words.substr(begin));
  std::sort(listed.begin(), listed.end());
  listed.erase(std::unique(listed.begin(), listed.end()), listed.end());
  try {
    return data::classes_named(listed, class_names, "--outliers");
  } catch (const DataError& error) {
    throw UsageError(
        fmt::format("--outliers: found \"{}\"; allowed: "
                    "each, or class numbers or names with commas between; {}",
                    words, error.found()));
  }
}

/// One run for each class that may be anomalous, in folders of their own, and a table of them all.
/// Collective. \throws SharedError, also at the end where one of the runs failed
void sweep(const comm::Communicator& world, const run::Settings& settings,
           const std::string& outlier_words, Console& console) {
  std::vector<std::string> class_names;
  comm::together(world, [&] {
    // A fingerprint, whatever it is, spares a pass over the samples.
    const config::Dataset& dataset = settings.config.dataset;
    if (!world.is_root()) return;
    class_names =
        run::read_dataset(dataset, FeaturePrecision::float64, dataset.path, "none").class_names;
  });
  // In CBOR, which takes names in any encoding.
  const std::vector<std::uint8_t> bytes = nlohmann::json::to_cbor(class_names);
  class_names = nlohmann::json::from_cbor(world.broadcast({bytes.begin(), bytes.end()}))
                    .get<std::vector<std::string>>();
  std::vector<int> outliers;
  comm::together(world, [&] { outliers = outliers_of_sweep(outlier_words, class_names); });
  report::Sweep result;
  std::vector<std::string> failures;
  for (const int outlier : outliers) {
    const run::Settings one = settings_for(settings, outlier, class_names);
    console.event(fmt::format("== outlier class {}, in {}", outlier, one.folder.path()));
    try {
      run(world, one, console);
    } catch (const comm::SharedError& error) {
      if (error.exit_status() != ExitStatus::run_failed) throw;
      // What broke one run may leave the others alone.
      console.warning(error.what());
      failures.push_back(std::to_string(outlier));
      continue;
    }
    comm::together(world, [&] {
      if (world.is_root()) add_row(report::read_json(one.folder.curves_json()), result);
    });
  }
  comm::together(world, [&] {
    if (world.is_root() && !result.rows.empty()) write_tables(result, settings, console);
    if (!failures.empty()) {
      throw RunError(
          fmt::format("{} of {} runs failed: outlier classes {}; the same command tries them again",
                      failures.size(), outliers.size(), fmt::join(failures, ", ")));
    }
  });
}

}  // namespace

void add_sweep(CLI::App& app, Job& job) {
  const auto options = std::make_shared<SweepOptions>();
  CLI::App* command = app.add_subcommand(
      "sweep", "One run for each class that may be anomalous, and a table of them all");
  command->footer(R"(
Examples:
  mpirun -np 4 clvae sweep configs/mnist.yaml --output runs/mnist_each
  mpirun -np 4 clvae sweep configs/mnist.yaml --outliers 5,6,7 --set ensemble.size=8

Each run has a folder of its own below the output folder. Given again, the command goes on where it was.)");
  add_config_options(*command, options->config);
  add_time_limit_option(*command, options->config);
  command
      ->add_option("--outliers", options->outliers,
                   "each, or class numbers with commas between; one run for each of them [each]")
      ->type_name("CLASSES");
  run_on_all_ranks(*command, job, [=](const comm::Communicator& world, Console& console) {
    sweep(world, run::agreed_settings(world, options->config), options->outliers, console);
  });
}

}  // namespace clvae::jobs
