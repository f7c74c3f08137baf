#include <memory>
#include <optional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "core/nearest.hpp"
#include "embed/trained_run.hpp"
#include "evaluate/corrupted_inliers.hpp"
#include "evaluate/evaluation.hpp"
#include "report/figures.hpp"
#include "report/latex.hpp"
#include "report/test_scores_csv.hpp"

namespace clvae::jobs {

namespace {

struct EvaluateOptions {
  std::string run;
  std::vector<std::string> sets;
  bool with_corruptions = false;
  std::string inliers;
  std::string output;
  LoadOptions loading;
  std::vector<std::string> overrides;
  std::optional<double> latex_width;
};

report::ScoreTable scores_of(const evaluate::SetFindings& findings) {
  report::ScoreTable table;
  table.original_index = findings.bed.test.original_index;
  table.original_split = findings.bed.test.original_split;
  table.labels = findings.bed.test.labels;
  table.is_outlier = findings.bed.test.is_outlier;
  for (const evaluate::KindWalks& kind : findings.kinds) {
    for (const evaluate::MethodWalk& walk : kind.walks) {
      table.columns.push_back({walk.method, walk.score, walk.merge, walk.anomalies});
    }
  }
  return table;
}

/// How the scores of each primary method lie.
report::ScoreFigure histograms_of(const evaluate::SetFindings& findings) {
  report::ScoreFigure figure;
  figure.dataset = findings.reduction.dataset;
  figure.outlier_names = findings.reduction.outlier_names;
  figure.is_against_set = true;
  for (const evaluate::KindWalks& kind : findings.kinds) {
    for (const evaluate::MethodWalk& walk : kind.walks) {
      if (!walk.is_primary) continue;
      report::ScorePanel panel{walk.title, "anomaly score", {}, {}, report::kUnknown};
      for (std::size_t i = 0; i < walk.anomalies.size(); ++i) {
        const bool is_outlier = findings.bed.test.is_outlier[i] != 0;
        (is_outlier ? panel.outliers : panel.inliers).push_back(walk.anomalies[i]);
      }
      for (const report::Curve& curve : findings.reduction.curves) {
        if (curve.title == walk.title && curve.is_primary) panel.auc = curve.rows.back().mean;
      }
      figure.panels.push_back(std::move(panel));
    }
  }
  return figure;
}

/// Tables and figures of one set, in a folder of its own.
void write_set(const evaluate::SetFindings& findings, const run::RunFolder& folder,
               std::optional<double> latex_width) {
  folder.make();
  report::write_csv(findings.reduction, folder.curves_csv());
  report::write_comparisons_csv(findings.reduction, folder.comparisons_csv());
  report::write_json(findings.reduction, folder.curves_json());
  report::write_latex_tables(findings.reduction, folder.latex_tables());
  report::write_latex_results(findings.reduction, folder.latex_results());
  report::write_scores_csv(scores_of(findings), folder.scores_csv());
  report::plot_figure3({findings.reduction}, folder.path(), {}, latex_width);
  report::plot_scores(histograms_of(findings), folder.path(), latex_width);
}

void write_all(const report::Evaluation& evaluation, const std::vector<report::Reduction>& sets,
               const std::vector<std::string>& names, const std::string& output,
               std::optional<double> latex_width, Console& console) {
  report::write_evaluation_csv(evaluation, output + "/evaluate.csv");
  report::write_evaluation_json(evaluation, output + "/evaluate.json");
  console.event(report::table(evaluation));
  const std::vector<std::string> figures = report::plot_figure3(sets, output, names, latex_width);
  console.event(
      fmt::format("tables: {0}/evaluate.csv, {0}/evaluate.json; of each set: {0}/NAME", output));
  console.event("figures: " + joined(figures));
}

void evaluate_sets(const comm::Communicator& world, const EvaluateOptions& options,
                   Console& console) {
  run::RunFolder folder("");
  std::vector<evaluate::SetArgument> sets;
  std::optional<store::Reader> reader;
  config::Config config;
  std::string output;
  comm::together(world, [&] {
    sets = evaluate::parse_sets(options.sets);
    if (sets.empty() && !options.with_corruptions) {
      throw UsageError("nothing to evaluate on: give NAME=DATA, or --corruptions");
    }
    folder = run::RunFolder::find(options.run);
    output = options.output.empty() ? folder.path() + "/evaluate" : options.output;
    reader.emplace(folder.run_file());
    config = embed::scoring_config(*reader, options.loading);
    config.reduction = embed::reduction_of(*reader, options.overrides);
    if (world.is_root()) run::RunFolder(output).make();
  });
  evaluate::Evaluator evaluator(world, *reader, config, options.inliers, console);
  report::Evaluation evaluation{"", evaluator.inliers(), config.reduction.confidence, {}};
  std::vector<report::Reduction> reductions;
  std::vector<std::string> names;
  const auto take = [&](const evaluate::SetArgument& set, const evaluate::OutsideSet& samples) {
    const evaluate::SetFindings findings = evaluator.evaluate(set, samples);
    comm::together(world, [&] {
      if (!world.is_root()) return;
      write_set(findings, run::RunFolder(output + "/" + set.name), options.latex_width);
      evaluation.rows.insert(evaluation.rows.end(), findings.rows.begin(), findings.rows.end());
      reductions.push_back(findings.reduction);
      names.push_back(set.name);
    });
  };
  for (const evaluate::SetArgument& set : sets) take(set, evaluator.read(set.path));
  if (options.with_corruptions) {
    std::optional<evaluate::CorruptedInliers> corrupted;
    comm::together(world, [&] { corrupted.emplace(*reader, config); });
    for (std::size_t i = 0; i < corrupted->size(); ++i) {
      take(corrupted->argument(i), corrupted->set(i));
    }
  }
  comm::together(world, [&] {
    if (!world.is_root()) return;
    evaluation.run = reader->dataset_name();
    write_all(evaluation, reductions, names, output, options.latex_width, console);
  });
}

}  // namespace

void add_evaluate(CLI::App& app, Job& job) {
  const auto options = std::make_shared<EvaluateOptions>();
  CLI::App* command = app.add_subcommand(
      "evaluate", "Tell how well a trained run recognises datasets from elsewhere as anomalies");
  command->footer(R"(
Examples:
  clvae evaluate runs/mnist fashion=data/fashion
  mpirun -np 4 clvae evaluate runs/mnist near:letters=emnist far:fashion=data/fashion
  clvae evaluate runs/mnist --corruptions
  clvae evaluate runs/mnist clothes=fashion.npz --inliers new-digits.npz --output figures/mnist

A set may lie in any format that can be scored (clvae score --help), as long as its samples have the
run's shape. No labels are looked at, and nothing is trained. Every sample of a set counts as an
anomaly, the run's own test inliers as normal. All members and methods of the run take part: for each
set there are AUC against ensemble size with intervals, comparisons and scores, as clvae reduce makes
them, in a folder of its name; evaluate.csv has one table over all sets, with the mean over near, far
and all of them.

--corruptions takes the run's dataset, and makes 15 sets of its test inliers: Gaussian noise, impulse
noise, blur and contrast as in CIFAR-10-C (arXiv 1903.12261), and a shift, each at severity 1, 3 and
5 of 5. A corrupted inlier is still of its class: that it is found strange is what some want, and
others do not.)");
  add_run_option(*command, options->run);
  command->add_option("sets", options->sets, "sets of anomalies; with near: or far: in groups")
      ->type_name("[near:|far:]NAME=DATA...");
  command->add_flag("--corruptions", options->with_corruptions,
                    "also the run's own test inliers with noise, blur, less contrast, or shifted");
  command
      ->add_option("--inliers", options->inliers,
                   "data that count as normal [the run's test inliers]")
      ->type_name("DATA");
  command->add_option("--output", options->output, "folder for tables and figures [RUN/evaluate]")
      ->type_name("FOLDER");
  command->add_option("--device", options->loading.device, "auto, cpu or cuda [as the run says]")
      ->check(CLI::IsMember({"auto", "cpu", "cuda"}))
      ->type_name("WORD");
  add_overrides_option(*command, options->overrides, "reduction.*");
  add_width_option(*command, options->latex_width);
  run_on_all_ranks(*command, job, [=](const comm::Communicator& world, Console& console) {
    evaluate_sets(world, *options, console);
  });
}

}  // namespace clvae::jobs
