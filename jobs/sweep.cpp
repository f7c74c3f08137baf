#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "config/values.hpp"
#include "data/dataset.hpp"
#include "evaluate/sweep_results.hpp"
#include "jobs.hpp"
#include "report/choice.hpp"
#include "report/evaluation_points.hpp"
#include "report/figures.hpp"
#include "report/latex.hpp"
#include "report/report.hpp"
#include "report/summary.hpp"
#include "run/dataset.hpp"
#include "run/grid.hpp"
#include "run/sweep_plan.hpp"

namespace clvae::jobs {

namespace {

constexpr const char* kChoose = "choose";
constexpr const char* kReport = "report";

struct SweepOptions {
  run::ConfigArguments config;
  run::SweepWords words;
  std::vector<std::string> over;
  std::string stage;        ///< of those that choose; empty: both
  bool lists = false;       ///< the runs, and trains nothing
  bool is_collect = false;  ///< takes the runs that are there, and trains nothing
};

/// A run with its settings.
struct PlannedRun {
  run::SweepRun run;
  run::Settings settings;
};

/// The names of a dataset's classes, in a form that takes names in any encoding.
std::vector<std::string> agreed_class_names(const comm::Communicator& world,
                                            const config::Dataset& dataset) {
  std::vector<std::string> names;
  comm::together(world, [&] {
    // A fingerprint, whatever it is, spares a pass over the samples.
    if (!world.is_root()) return;
    names = run::read_dataset(dataset, FeaturePrecision::float64, dataset.path, "none").class_names;
  });
  const std::vector<std::uint8_t> bytes = nlohmann::json::to_cbor(names);
  return nlohmann::json::from_cbor(world.broadcast({bytes.begin(), bytes.end()}))
      .get<std::vector<std::string>>();
}

std::vector<std::string> words_for(const std::vector<int>& classes,
                                   const std::vector<std::string>& class_names) {
  std::vector<std::string> words;
  for (const int label : classes) words.push_back(data::word_for_class(label, class_names));
  return words;
}

/// All of one sweep that its ranks know. All functions are collective.
class SweepJob {
 public:
  SweepJob(const comm::Communicator& world, const SweepOptions& options, Console& console)
      : world_(world),
        options_(options),
        console_(console),
        settings_(run::agreed_settings(world, options.config)) {
    comm::together(world_, [&] {
      require_options();
      grid_ = run::grid_of(options_.over);
    });
    points_ = grid_.points();
    for (const run::GridPoint& point : points_) configs_.push_back(settings_of(point, "").config);
    class_names_ = agreed_class_names(world_, configs_.front().dataset);
    comm::together(world_, [&] {
      classes_ = run::sweep_classes(options_.words, !grid_.keys.empty(), settings_.config.dataset,
                                    class_names_);
    });
  }

  void work() {
    if (!classes_.choosing.empty()) return choose_and_report();
    const std::vector<PlannedRun> runs = planned(run::reporting_runs(classes_, points_));
    if (options_.lists) return list(runs);
    require_trainable(runs);
    const report::Sweep result = results_of(runs, grid_.keys.empty());
    finish(result, std::nullopt);
  }

 private:
  void require_options() const {
    if (options_.words.choose_on.empty() && !options_.stage.empty()) {
      throw UsageError("--stage is for sweeps that choose; it needs --choose-on-classes");
    }
    if (!options_.words.choose_on.empty() && options_.over.empty()) {
      throw UsageError("--choose-on-classes chooses among settings; --over says which");
    }
    if (options_.lists && !options_.words.choose_on.empty() && options_.stage.empty()) {
      throw UsageError("--list of a sweep that chooses needs --stage choose or --stage report");
    }
  }

  /// The settings of a combination, with a folder below that of the sweep.
  run::Settings settings_of(const run::GridPoint& point, const std::string& folder) const {
    run::ConfigArguments arguments = options_.config;
    arguments.overrides.insert(arguments.overrides.end(), point.overrides.begin(),
                               point.overrides.end());
    arguments.output = settings_.folder.path() + (folder.empty() ? "" : "/" + folder);
    run::Settings settings = run::agreed_settings(world_, arguments);
    settings.time_limit = settings_.time_limit;
    return settings;
  }

  std::vector<PlannedRun> planned(const std::vector<run::SweepRun>& runs) const {
    std::vector<PlannedRun> all;
    for (const run::SweepRun& run : runs) {
      run::Settings settings = settings_of(points_[run.point], run.folder);
      config::Dataset& dataset = settings.config.dataset;
      dataset.outlier_classes = words_for(run.outliers, class_names_);
      comm::together(world_, [&] {
        std::vector<int> excluded =
            data::classes_named(dataset.excluded_classes, class_names_, "dataset.excluded_classes");
        excluded.insert(excluded.end(), run.excluded.begin(), run.excluded.end());
        std::sort(excluded.begin(), excluded.end());
        excluded.erase(std::unique(excluded.begin(), excluded.end()), excluded.end());
        dataset.excluded_classes = words_for(excluded, class_names_);
      });
      all.push_back({run, std::move(settings)});
    }
    return all;
  }

  /// Refuses, before anything is trained, what could only fail once a run's turn has come.
  void require_trainable(const std::vector<PlannedRun>& runs) const {
    if (options_.is_collect) return;
    comm::together(world_, [&] {
      if (!world_.is_root()) return;
      std::vector<std::pair<std::string, config::Config>> named;
      for (const PlannedRun& planned : runs) {
        named.emplace_back(grid_.keys.empty() ? "" : in_words(planned.run.point),
                           planned.settings.config);
      }
      run::require_trainable_runs(named, class_names_);
    });
  }

  std::string in_words(std::size_t point) const {
    std::vector<std::string> keys;
    for (const run::GridKey& key : grid_.keys) keys.push_back(key.key);
    return report::settings_in_words(keys, points_[point].values);
  }

  std::string name_of(const run::SweepRun& run) const {
    std::string name = grid_.keys.empty() ? "" : in_words(run.point);
    if (classes_.are_the_configs && run.excluded.empty()) return name;
    return fmt::format("{}{}outlier class {}", name, name.empty() ? "" : ", ",
                       fmt::join(run.outliers, ", "));
  }

  /// The words that `clvae run` takes for each run, with tabs between.
  void list(const std::vector<PlannedRun>& runs) const {
    for (const PlannedRun& planned : runs) {
      const config::Dataset& dataset = planned.settings.config.dataset;
      std::string line = "--output\t" + planned.settings.folder.path();
      for (const std::string& override_text : points_[planned.run.point].overrides) {
        line += "\t--set\t" + override_text;
      }
      line += "\t--set\tdataset.outlier_classes=" + config::yaml_of_words(dataset.outlier_classes);
      if (!dataset.excluded_classes.empty()) {
        line +=
            "\t--set\tdataset.excluded_classes=" + config::yaml_of_words(dataset.excluded_classes);
      }
      if (has_no_sets_any_more(planned)) line += "\t--set\tevaluation=[]";
      console_.event(line);
    }
  }

  bool has_no_sets_any_more(const PlannedRun& planned) const {
    return planned.settings.config.evaluation.is_empty() && !settings_.config.evaluation.is_empty();
  }

  /// Does one run, or looks whether it was done. \return why it failed, where it did
  std::string failure_of(const PlannedRun& planned, bool collects) const {
    const run::RunFolder& folder = planned.settings.folder;
    if (collects) {
      return folder.has_tables() && folder.has_run_file() ? "" : folder.path() + " has no results";
    }
    try {
      run(world_, planned.settings, console_);
    } catch (const comm::SharedError& error) {
      if (error.exit_status() != ExitStatus::run_failed) throw;
      // What broke one run may leave the others alone.
      return error.what();
    }
    return {};
  }

  /// Trains what is missing, and reads the results of all runs that have some.
  /// \return on rank 0, aligned with the runs
  std::vector<std::optional<report::Reduction>> reductions_of(const std::vector<PlannedRun>& runs,
                                                              bool collects) {
    std::vector<std::optional<report::Reduction>> reductions(runs.size());
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (!collects) {
        console_.event(fmt::format("== {} of {}: {}, in {}", i + 1, runs.size(),
                                   name_of(runs[i].run), runs[i].settings.folder.path()));
      }
      // Where nothing is trained the file system of the first rank counts.
      const std::string failure = world_.broadcast(failure_of(runs[i], collects));
      if (!failure.empty()) {
        if (!options_.lists) console_.warning(failure);
        failures_.push_back(classes_.are_the_configs || !grid_.keys.empty()
                                ? name_of(runs[i].run)
                                : fmt::format("{}", fmt::join(runs[i].run.outliers, ", ")));
        continue;
      }
      comm::together(world_, [&] {
        if (!world_.is_root()) return;
        reductions[i] = report::read_json(runs[i].settings.folder.curves_json());
        const std::string sets = runs[i].settings.folder.evaluation() + "/evaluate.json";
        if (runs[i].settings.config.evaluation.is_empty() || !std::filesystem::exists(sets)) return;
        evaluations_.push_back(
            {grid_.keys.empty() ? fmt::format("{}", fmt::join(reductions[i]->outlier_names, ", "))
                                : name_of(runs[i].run),
             report::read_evaluation_json(sets)});
      });
    }
    runs_ += runs.size();
    return reductions;
  }

  /// \param plain whether the keys are left out of the table, as all rows have the same
  report::Sweep results_of(const std::vector<PlannedRun>& runs, bool plain) {
    return sweep_of(runs, reductions_of(runs, options_.is_collect), plain);
  }

  report::Sweep sweep_of(const std::vector<PlannedRun>& runs,
                         const std::vector<std::optional<report::Reduction>>& reductions,
                         bool plain) const {
    report::Sweep result;
    if (!plain) {
      for (const run::GridKey& key : grid_.keys) result.keys.push_back(key.key);
    }
    for (std::size_t i = 0; i < runs.size(); ++i) {
      if (!reductions[i]) continue;
      evaluate::add_row(*reductions[i],
                        plain ? std::vector<std::string>() : points_[runs[i].run.point].values,
                        result);
    }
    return result;
  }

  void choose_and_report() {
    std::vector<PlannedRun> choosing = planned(run::choosing_runs(classes_, points_));
    // Sets from elsewhere are reported on, so nothing is chosen with them in view.
    for (PlannedRun& planned : choosing) planned.settings.config.evaluation = {};
    if (options_.lists && options_.stage == kChoose) return list(choosing);
    require_trainable(choosing);
    require_trainable(planned(run::reporting_runs_of(classes_, points_, 0)));
    const bool is_chosen_before = options_.stage == kReport;  // on what is there
    const auto reductions = reductions_of(choosing, options_.is_collect || is_chosen_before);
    report::Sweep tried;
    std::size_t chosen = 0;
    comm::together(world_, [&] {
      if (!world_.is_root()) return;
      tried = sweep_of(choosing, reductions, false);
      chosen = choose(choosing, reductions, tried);
    });
    chosen = std::stoul(world_.broadcast(std::to_string(chosen)));
    const std::vector<PlannedRun> runs = planned(run::reporting_runs_of(classes_, points_, chosen));
    if (options_.lists) return list(runs);
    if (options_.stage == kChoose) return finish({}, std::nullopt);
    const report::Sweep result = results_of(runs, true);
    finish(result, tried);
  }

  /// Chooses, tells, and keeps what it was chosen by. One process. \return index of the point
  std::size_t choose(const std::vector<PlannedRun>& runs,
                     const std::vector<std::optional<report::Reduction>>& reductions,
                     const report::Sweep& tried) {
    report::Choosing choosing;
    choosing.dataset = tried.dataset;
    choosing.confidence = tried.confidence;
    choosing.keys = tried.keys;
    choosing.classes = names_of(classes_.choosing);
    for (const std::vector<int>& set : classes_.reported) {
      for (const std::string& name : names_of(set)) choosing.reported.push_back(name);
    }
    for (const run::GridPoint& point : points_) choosing.candidates.push_back({point.values, {}});
    for (std::size_t i = 0; i < runs.size(); ++i) {
      const std::size_t point = runs[i].run.point;
      const report::Curve* curve =
          reductions[i] ? evaluate::choosing_curve(*reductions[i], configs_[point]) : nullptr;
      choosing.candidates[point].cells.push_back(curve == nullptr ? report::SweepCell()
                                                                  : evaluate::last_cell(*curve));
      if (curve != nullptr && choosing.criterion.empty()) {
        choosing.criterion =
            fmt::format("{} (score {}, merge {})", curve->title, curve->score, curve->merge);
      }
    }
    const report::Choice choice = report::choice_of(choosing);
    if (options_.lists) return choice.chosen;
    settings_.folder.make();
    report::write_sweep_csv(tried, settings_.folder.choosing_csv());
    report::write_choice_json(choosing, choice, settings_.folder.choice_json());
    figures_.push_back(
        {report::plot_sweep(tried, "choosing", settings_.folder.path()).front(), "Choosing",
         "What the settings that were tried reach on the classes that they are chosen by, none of "
         "which is reported on.",
         "AUC against the values that were tried"});
    console_.event(report::table(tried));
    choice_in_words_ = report::describe(choosing, choice);
    console_.event(choice_in_words_);
    console_.event(fmt::format("choice: {}, {}", settings_.folder.choice_json(),
                               settings_.folder.choosing_csv()));
    return choice.chosen;
  }

  std::vector<std::string> names_of(const std::vector<int>& classes) const {
    std::vector<std::string> names;
    for (const int label : classes) {
      names.push_back(class_names_.at(static_cast<std::size_t>(label)));
    }
    return names;
  }

  /// Writes tables and figures. \throws SharedError where runs failed
  void finish(const report::Sweep& result, const std::optional<report::Sweep>& choosing) {
    comm::together(world_, [&] {
      if (world_.is_root() && !result.rows.empty()) write(result, choosing);
      if (!failures_.empty()) {
        throw RunError(fmt::format("{} of {} runs failed: {}{}; the same command tries them again",
                                   failures_.size(), runs_,
                                   grid_.keys.empty() ? "outlier classes " : "",
                                   fmt::join(failures_, grid_.keys.empty() ? ", " : "; ")));
      }
    });
  }

  void write(const report::Sweep& result, const std::optional<report::Sweep>& choosing) {
    const run::RunFolder& folder = settings_.folder;
    folder.make();
    report::SummaryPage page;
    page.evaluation = write_evaluations();
    page.title = folder.path();
    page.sweep = result;
    page.choosing = choosing;
    if (!choice_in_words_.empty()) page.facts = {{"Settings", choice_in_words_}};
    page.config = config::to_yaml(settings_.config);
    figures_.insert(figures_.begin(),
                    {report::plot_sweep(result, "sweep", folder.path()).front(), "AUC of all runs",
                     "Of the largest ensembles, with their intervals.",
                     "AUC of each method in the runs of the sweep"});
    page.figures = figures_;
    report::write_sweep_csv(result, folder.sweep_csv());
    report::write_latex_sweep(result, folder.latex_tables());
    report::write_summary(page, folder.summary());
    console_.event(report::table(result));
    console_.event(fmt::format("sweep: {}, {}, {}; for LaTeX: {}", folder.sweep_csv(),
                               figures_.front().svg_path, folder.summary(), folder.latex_tables()));
  }

  /// What the sets of the config are worth over all runs; nothing where it names none.
  std::optional<report::Evaluation> write_evaluations() const {
    if (evaluations_.empty()) return {};
    const std::string table = settings_.folder.path() + "/evaluate.csv";
    report::write_evaluation_points_csv(evaluations_, table);
    report::Evaluation mean = report::mean_over_points(evaluations_);
    console_.event(fmt::format("Other data as the anomaly, mean over {} runs\n{}",
                               evaluations_.size(), report::table(mean)));
    console_.event("evaluation of each run: " + table);
    return mean;
  }

  const comm::Communicator& world_;
  const SweepOptions& options_;
  Console& console_;
  run::Settings settings_;  ///< of the sweep: those that the config gives, and the folder
  run::Grid grid_;
  std::vector<run::GridPoint> points_;
  std::vector<config::Config> configs_;  ///< [points]
  std::vector<std::string> class_names_;
  run::SweepClasses classes_;
  std::size_t runs_ = 0;
  std::vector<std::string> failures_;
  std::vector<report::EvaluationPoint> evaluations_;  ///< on rank 0
  std::string choice_in_words_;
  std::vector<report::SummaryFigure> figures_;
};

}  // namespace

void add_sweep(CLI::App& app, Job& job) {
  const auto options = std::make_shared<SweepOptions>();
  CLI::App* command = app.add_subcommand(
      "sweep",
      "Many runs: each class as the anomaly, a grid of settings, or both; and their table");
  command->footer(R"(
Examples:
  mpirun -np 4 clvae sweep configs/mnist.yaml --output runs/mnist_each
  mpirun -np 4 clvae sweep configs/mnist.yaml --outliers 5-7 --set ensemble.size=8
  mpirun -np 4 clvae sweep configs/mnist.yaml --over model.latent_dim=2,3,8 --over training.alpha=0.1,0.5
  mpirun -np 4 clvae sweep configs/mnist.yaml --over model.latent_dim=2,3,8 --choose-on-classes 5-9

The last tries the settings with each of the classes 5 to 9 as the anomaly, in runs in which the
classes to be reported on have no part at all; chooses by the mean AUC of the config's first method,
reduction.score and reduction.merge; and reports on the others with the settings that were chosen.

Each run has a folder of its own below the output folder. Given again, the command goes on where it was.)");
  add_config_options(*command, options->config);
  add_time_limit_option(*command, options->config);
  command
      ->add_option("--outliers", options->words.outliers,
                   "each, or class numbers with commas between; one run for each of them "
                   "[each; with --over or --choose-on-classes the config's own, together]")
      ->type_name("CLASSES");
  command
      ->add_option("--over", options->over,
                   "values of a key to try; may be repeated, then every combination is tried")
      ->type_name("KEY=VALUE,...")
      ->allow_extra_args(false);
  command
      ->add_option("--choose-on-classes", options->words.choose_on,
                   "choose among the settings by these classes, which are never reported on")
      ->type_name("CLASSES");
  command
      ->add_option("--stage", options->stage,
                   "choose or report: one part of a sweep that chooses [both]")
      ->check(CLI::IsMember({kChoose, kReport}))
      ->type_name("WORD");
  CLI::Option* lists = command->add_flag(
      "--list", options->lists, "list the runs as options for clvae run, and train nothing");
  command
      ->add_flag("--collect", options->is_collect,
                 "make the tables of the runs that are there, and train nothing")
      ->excludes(lists);
  run_on_all_ranks(*command, job, [=](const comm::Communicator& world, Console& console) {
    SweepJob(world, *options, console).work();
  });
}

}  // namespace clvae::jobs
