#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "command_line.hpp"
#include "core/nearest.hpp"
#include "evaluate/pictures.hpp"
#include "evaluate/run_images.hpp"
#include "evaluate/set_folder.hpp"
#include "evaluate/summary.hpp"
#include "jobs.hpp"
#include "report/evaluation.hpp"
#include "report/figure3_script.hpp"
#include "report/figures.hpp"
#include "report/summary.hpp"
#include "report/test_scores_csv.hpp"

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

/// Draws the figures of one run, or takes those that are there, and says what each shows.
class Gallery {
 public:
  enum class Mode { draw, reuse };
  /// Draws a figure. \return its files, none where there is nothing to draw
  using Draw = std::function<std::vector<std::string>()>;

  Gallery(std::string folder, Mode mode, std::optional<double> latex_width)
      : folder_(std::move(folder)), mode_(mode), latex_width_(latex_width) {}

  /// \param name of its files
  void add(const char* name, const Draw& draw, report::SummaryFigure described) {
    if (mode_ == Mode::reuse) {
      add_drawn(fmt::format("{}/{}.svg", folder_, name), std::move(described));
      return;
    }
    const std::vector<std::string> files = draw();
    if (files.empty()) return;
    files_.insert(files_.end(), files.begin(), files.end());
    add_drawn(files.front(), std::move(described));
  }
  /// A figure that is there already; nothing where it isn't.
  void add_drawn(const std::string& svg_path, report::SummaryFigure described) {
    std::error_code ignored;
    if (!std::filesystem::exists(svg_path, ignored)) return;
    described.svg_path = svg_path;
    figures_.push_back(std::move(described));
  }
  bool draws() const { return mode_ == Mode::draw; }
  const std::string& folder() const { return folder_; }
  std::optional<double> latex_width() const { return latex_width_; }
  const std::vector<std::string>& files() const { return files_; }
  const std::vector<report::SummaryFigure>& figures() const { return figures_; }

 private:
  std::string folder_;
  Mode mode_;
  std::optional<double> latex_width_;
  std::vector<std::string> files_;
  std::vector<report::SummaryFigure> figures_;
};

void add_curves(const report::Reduction& reduction, Gallery& gallery) {
  const std::string interval =
      fmt::format("the {:g} % curve interval, for the mean AUC of so many fresh members",
                  100 * reduction.confidence);
  gallery.add(
      "figure3",
      [&] {
        return report::plot_figure3({reduction}, gallery.folder(), {}, gallery.latex_width());
      },
      {"", "AUC against ensemble size",
       "Each point is the mean over the ensembles of that size that the members can form. "
       "Bands: " +
           interval + ", given this training set and these outliers.",
       "Curves of the area under the ROC curve against ensemble size, one for each method"});
  if (!report::has_merges(reduction)) return;
  gallery.add(
      "merges",
      [&] { return report::plot_merges(reduction, gallery.folder(), gallery.latex_width()); },
      {"", "Ways to merge",
       "The same members, merged by different means. Band: " + interval +
           ", of the merge that the other figures show.",
       "Curves of the area under the ROC curve against ensemble size for each merge"});
}

void add_losses(const store::Reader& reader, Gallery& gallery) {
  gallery.add("losses",
              [&] {
                const auto losses = evaluate::loss_figure(reader);
                return losses
                           ? report::plot_losses(*losses, gallery.folder(), gallery.latex_width())
                           : std::vector<std::string>();
              },
              {"", "Losses",
               "Of each epoch, a thin line for each member: on the training inliers, and on the "
               "held-out inliers that early stopping watches.",
               "Curves of training and validation losses over the epochs, one panel for each "
               "method"});
}

/// Figure 4, where the images are still there.
std::vector<std::string> draw_misclassified(const store::Reader& reader,
                                            const report::Reduction& reduction,
                                            const std::vector<evaluate::TestScores>& methods,
                                            const Gallery& gallery, Console& console) {
  const config::Config config = config::parse_stored(reader.config(), reader.path() + ":/config");
  const auto dataset = evaluate::images_of_run(reader, config.dataset, "figure 4 is", console);
  if (!dataset) return {};
  return report::plot_misclassified(
      evaluate::misclassified_figure(reduction, reader, *dataset, methods), gallery.folder(),
      gallery.latex_width());
}

void add_samples(const store::Reader& reader, const report::Reduction& reduction,
                 const std::string& scores_csv, Gallery& gallery, Console& console) {
  gallery.add("figure2",
              [&] {
                const auto latent = evaluate::latent_figure(reader);
                return latent ? report::plot_latent_spaces(*latent, gallery.folder(),
                                                           gallery.latex_width())
                              : std::vector<std::string>();
              },
              {"", "Latent spaces",
               "Posterior means of the training inliers, and of the test set with the anomalies "
               "set off; one member of each kind.",
               "Scatter plots of latent spaces, coloured by class"});
  std::vector<evaluate::TestScores> methods;
  if (gallery.draws()) {
    methods = evaluate::primary_scores(reduction, report::read_scores_csv(scores_csv));
    if (methods.empty()) return;
  }
  gallery.add(
      "scores",
      [&] {
        return report::plot_scores(
            evaluate::score_figure(reduction, reader.samples("test").is_outlier, methods),
            gallery.folder(), gallery.latex_width());
      },
      {"", "Anomaly scores", "Of the test set, all members merged; higher is more anomalous.",
       "Histograms of anomaly scores of inliers and outliers for each method"});
  gallery.add("figure4",
              [&] { return draw_misclassified(reader, reduction, methods, gallery, console); },
              {"", "Most misclassified",
               "Inliers that each method takes for the strangest, and outliers that it takes for "
               "the most familiar, all members merged.",
               "Strips of images for each method"});
}

/// What clvae evaluate left of the run, if it did; with its figures.
std::optional<report::Evaluation> add_evaluation(const run::RunFolder& folder, Gallery& gallery,
                                                 Console& console) {
  constexpr std::size_t kMostSets = 6;  // a page is to be read
  const std::string table = folder.evaluation() + "/evaluate.json";
  std::error_code ignored;
  if (!std::filesystem::exists(table, ignored)) return {};
  report::Evaluation evaluation;
  try {
    evaluation = report::read_evaluation_json(table);
  } catch (const DataError& error) {
    console.event(fmt::format("note: the evaluation is left out of the page: {}", error.what()));
    return {};
  }
  gallery.add_drawn(folder.evaluation() + "/figure3.svg",
                    {"", "Other data: AUC against ensemble size",
                     "A panel for each set. Bands: the curve interval, given these samples.",
                     "Curves of the area under the ROC curve against ensemble size for each set"});
  for (std::size_t i = 0; i < std::min(kMostSets, evaluation.sets.size()); ++i) {
    const std::string& name = evaluation.sets[i].name;
    const evaluate::SetFolder set(folder.evaluation() + "/" + name);
    gallery.add_drawn(
        set.scores_figure(),
        {"", name + ": anomaly scores", "Of the inliers and of the set, all members merged.",
         "Histograms of anomaly scores of inliers and of the set"});
    gallery.add_drawn(
        set.mistakes_figure(),
        {"", name + ": most misclassified",
         "Below a sample of the set is its number there; misclassified.csv beside the "
         "figure has more of them, with their scores.",
         "Strips of images for each method"});
  }
  return evaluation;
}

/// Draws or takes the figures, and writes the page. \return the gallery
Gallery write_page(const run::RunFolder& folder, const run::RunFolder& target,
                   const report::Reduction& reduction, Gallery gallery, Console& console) {
  const store::Reader reader(folder.run_file());
  add_curves(reduction, gallery);
  add_samples(reader, reduction, folder.scores_csv(), gallery, console);
  add_losses(reader, gallery);
  auto evaluation = add_evaluation(folder, gallery, console);
  report::SummaryPage page = evaluate::summary_page(
      reader, reduction, report::read_members_csv(folder.members_csv()), gallery.figures());
  page.evaluation = std::move(evaluation);
  report::write_summary(page, target.summary());
  return gallery;
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
  const run::RunFolder target(options.output.empty() ? folder.path() : options.output);
  target.make();
  const Gallery gallery =
      write_page(folder, target, reduction,
                 Gallery(target.path(), Gallery::Mode::draw, options.latex_width), console);
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

void refresh_summary(const run::RunFolder& folder, Console& console) {
  std::error_code ignored;
  if (!folder.has_tables() || !std::filesystem::exists(folder.summary(), ignored)) return;
  write_page(folder, folder, report::read_json(folder.curves_json()),
             Gallery(folder.path(), Gallery::Mode::reuse, std::nullopt), console);
  console.event("summary: " + folder.summary());
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
