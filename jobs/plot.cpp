#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "core/nearest.hpp"
#include "evaluate/pictures.hpp"
#include "evaluate/summary.hpp"
#include "jobs.hpp"
#include "report/figure3_script.hpp"
#include "report/figures.hpp"
#include "report/summary.hpp"
#include "report/test_scores_csv.hpp"
#include "run/dataset.hpp"

namespace clvae::jobs {

namespace {

struct PlotOptions {
  std::vector<std::string> runs;
  std::string output;
  std::optional<double> latex_width;
};

void require_tables(const run::RunFolder& folder) {
  if (folder.has_tables()) return;
  throw UsageError(
      fmt::format("{}: found no tables; clvae reduce {} makes them", folder.path(), folder.path()));
}

/// The scores that the primary curves are of, with their titles.
std::vector<evaluate::TestScores> primary_scores(const report::Reduction& reduction,
                                                 const report::ScoreTable& table) {
  std::vector<evaluate::TestScores> methods;
  for (const report::Curve& curve : reduction.curves) {
    if (!curve.is_primary || curve.rows.empty()) continue;
    for (const report::ScoreColumn& column : table.columns) {
      if (column.method != curve.method || column.score != curve.score ||
          column.merge != curve.merge) {
        continue;
      }
      methods.push_back({curve.title, "anomaly score", column.anomalies, curve.rows.back().mean});
    }
  }
  return methods;
}

/// The dataset of the run, if it is still where it was; else says why it isn't taken.
std::optional<data::Dataset> dataset_of(const store::Reader& reader, Console& console) {
  const std::string note = "note: figure 4 is left out, as it needs the images: ";
  try {
    const config::Config config = config::parse_stored(reader.config(), reader.path() + ":/config");
    data::Dataset dataset = run::read_dataset(config.dataset, reader.features().precision);
    if (dataset.fingerprint == reader.dataset_fingerprint()) return dataset;
    console.event(note + config.dataset.path + " holds others now");
  } catch (const DataError& error) {
    console.event(note + error.what());
  }
  return std::nullopt;
}

/// Draws the figures of one run, and says what each shows.
class Gallery {
 public:
  Gallery(std::string folder, std::optional<double> latex_width)
      : folder_(std::move(folder)), latex_width_(latex_width) {}

  void add(const std::vector<std::string>& files, report::SummaryFigure described) {
    described.svg_path = files.front();
    files_.insert(files_.end(), files.begin(), files.end());
    figures_.push_back(std::move(described));
  }
  const std::string& folder() const { return folder_; }
  std::optional<double> latex_width() const { return latex_width_; }
  const std::vector<std::string>& files() const { return files_; }
  const std::vector<report::SummaryFigure>& figures() const { return figures_; }

 private:
  std::string folder_;
  std::optional<double> latex_width_;
  std::vector<std::string> files_;
  std::vector<report::SummaryFigure> figures_;
};

void add_curves(const report::Reduction& reduction, Gallery& gallery) {
  const std::string interval =
      fmt::format("the {:g} % curve interval, for the mean AUC of so many fresh members",
                  100 * reduction.confidence);
  gallery.add(
      report::plot_figure3({reduction}, gallery.folder(), {}, gallery.latex_width()),
      {"", "AUC against ensemble size",
       "Each point is the mean over the ensembles of that size that the members can form. "
       "Bands: " +
           interval + ", given this training set and these outliers.",
       "Curves of the area under the ROC curve against ensemble size, one for each method"});
  if (!report::has_merges(reduction)) return;
  gallery.add(report::plot_merges(reduction, gallery.folder(), gallery.latex_width()),
              {"", "Ways to merge",
               "The same members, merged by different means. Band: " + interval +
                   ", of the merge that the other figures show.",
               "Curves of the area under the ROC curve against ensemble size for each merge"});
}

void add_samples(const store::Reader& reader, const std::vector<evaluate::TestScores>& methods,
                 Gallery& gallery, Console& console) {
  if (const auto latent = evaluate::latent_figure(reader)) {
    gallery.add(report::plot_latent_spaces(*latent, gallery.folder(), gallery.latex_width()),
                {"", "Latent spaces",
                 "Posterior means of the training inliers, and of the test set with the anomalies "
                 "set off; one member of each kind.",
                 "Scatter plots of latent spaces, coloured by class"});
  }
  if (methods.empty()) return;
  gallery.add(
      report::plot_scores(evaluate::score_figure(reader, methods), gallery.folder(),
                          gallery.latex_width()),
      {"", "Anomaly scores", "Of the test set, all members merged; higher is more anomalous.",
       "Histograms of anomaly scores of inliers and outliers for each method"});
  if (!reader.features().means.empty()) return;  // they can't be shown
  const auto dataset = dataset_of(reader, console);
  if (!dataset) return;
  gallery.add(report::plot_misclassified(evaluate::misclassified_figure(reader, *dataset, methods),
                                         gallery.folder(), gallery.latex_width()),
              {"", "Most misclassified",
               "Inliers that each method takes for the strangest, and outliers that it takes for "
               "the most familiar, all members merged.",
               "Strips of images for each method"});
}

/// What tells runs apart: the folder's own name where no two are the same, else the whole path.
std::vector<std::string> names_of(const std::vector<run::RunFolder>& folders) {
  std::vector<std::string> paths;
  std::vector<std::string> names;
  for (const run::RunFolder& folder : folders) {
    paths.push_back(folder.path());
    names.push_back(std::filesystem::path(folder.path()).lexically_normal().filename().string());
  }
  const std::set<std::string> different(names.begin(), names.end());
  return different.size() == names.size() ? names : paths;
}

/// Draws AUC against ensemble size of several runs side by side.
void plot_together(const std::vector<run::RunFolder>& folders, const PlotOptions& options,
                   Console& console) {
  std::vector<report::Reduction> runs;
  for (const run::RunFolder& folder : folders) {
    require_tables(folder);
    runs.push_back(report::read_json(folder.curves_json()));
  }
  run::RunFolder(options.output).make();
  console.event("figures: " + joined(report::plot_figure3(runs, options.output, names_of(folders),
                                                          options.latex_width)));
}

/// Draws all figures of one run, and writes its summary page.
void plot_run(const run::RunFolder& folder, const PlotOptions& options, Console& console) {
  require_tables(folder);
  const report::Reduction reduction = report::read_json(folder.curves_json());
  const store::Reader reader(folder.run_file());
  const auto methods = primary_scores(reduction, report::read_scores_csv(folder.scores_csv()));
  const run::RunFolder target(options.output.empty() ? folder.path() : options.output);
  target.make();
  Gallery gallery(target.path(), options.latex_width);
  add_curves(reduction, gallery);
  add_samples(reader, methods, gallery, console);
  report::write_summary(
      evaluate::summary_page(reader, reduction, report::read_members_csv(folder.members_csv()),
                             gallery.figures()),
      target.summary());
  std::string drawn = "figures: " + joined(gallery.files());
  if (options.output.empty()) {  // beside auc.csv
    report::write_figure3_script(reduction, folder.figure3_script());
    drawn += "; for matplotlib: " + folder.figure3_script();
  }
  console.event(drawn);
  console.event("summary: " + target.summary());
}

void plot_runs(const PlotOptions& options) {
  Console console(stdout);
  const std::vector<run::RunFolder> folders = runs_named(options.runs);
  if (folders.size() == 1) {
    plot_run(folders.front(), options, console);
    return;
  }
  if (options.output.empty()) throw UsageError("several runs need --output FOLDER");
  plot_together(folders, options, console);
}

}  // namespace

void plot(const run::RunFolder& folder, const std::string& output, Console& console) {
  plot_run(folder, {{}, output, std::nullopt}, console);
}

void add_plot(CLI::App& app, Job& job) {
  const auto options = std::make_shared<PlotOptions>();
  CLI::App* command = app.add_subcommand(
      "plot", "Draw the figures of a run and write its summary page; or several runs side by side");
  command->footer(R"(
Examples:
  clvae plot runs/mnist
  clvae plot runs/mnist runs/fashion_mnist runs/cifar10 --output figures
  clvae plot runs/mnist --width 3.3in --output paper

With --width there is NAME_latex.tex beside each figure, with NAME_latex.pdf. A document with
\usepackage{graphicx,color} takes it by \input{figure3_latex}; where it lies elsewhere, with
\graphicspath{{FOLDER/}} before. LaTeX sets the texts in the document's font; what the headings of
the other files say is left to the caption.)");
  command
      ->add_option("runs", options->runs,
                   "folders of runs, or their run.h5; of several, "
                   "AUC against ensemble size is drawn in one panel each")
      ->required()
      ->type_name("RUN...");
  command
      ->add_option("--output", options->output,
                   "folder for the figures [that of the run; needed for several runs]")
      ->type_name("FOLDER");
  add_width_option(*command, options->latex_width);
  run_alone(*command, job, [=] { plot_runs(*options); });
}

}  // namespace clvae::jobs
