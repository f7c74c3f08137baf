#include "evaluate/set_folder.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "evaluate/pictures.hpp"
#include "evaluate/run_images.hpp"
#include "report/figures.hpp"
#include "report/latex.hpp"
#include "report/misclassified_csv.hpp"
#include "report/test_scores_csv.hpp"

namespace clvae::evaluate {

namespace {

report::ScoreTable scores_of(const SetFindings& findings) {
  report::ScoreTable table;
  table.original_index = findings.bed.test.original_index;
  table.original_split = findings.bed.test.original_split;
  table.labels = findings.bed.test.labels;
  table.is_outlier = findings.bed.test.is_outlier;
  for (const KindWalks& kind : findings.kinds) {
    for (const MethodWalk& walk : kind.walks) {
      table.columns.push_back({walk.method, walk.score, walk.merge, walk.anomalies});
    }
  }
  return table;
}

/// The samples of a set that is evaluated: inliers first, then those of the set.
class EvaluatedSamples {
 public:
  EvaluatedSamples(const TestBed& bed, const ShownSamples& shown) : bed_(bed), shown_(shown) {}

  /// The name of a sample that is a file of its own; else empty.
  std::string file(std::size_t sample) const {
    const OutsideSet* const from = is_outlier(sample) ? shown_.outliers : shown_.inliers;
    if (from == nullptr || from->names().empty()) return "";
    return from->names().at(index(sample));
  }
  std::optional<report::ImageTile> tile(std::size_t sample) const {
    const OutsideSet* const from = is_outlier(sample) ? shown_.outliers : shown_.inliers;
    if (from != nullptr) {
      return tile_of(from->values(), index(sample), shown_.shape,
                     fmt::format("no. {}", index(sample)));
    }
    if (is_outlier(sample) || shown_.dataset == nullptr) return std::nullopt;
    const data::LabelledImages& images =
        bed_.test.original_split[sample] == 0 ? shown_.dataset->train : shown_.dataset->test;
    const auto label = static_cast<std::size_t>(bed_.test.labels[sample]);
    return tile_of(values_of(images), index(sample), shown_.shape,
                   shown_.dataset->class_names.at(label));
  }

 private:
  bool is_outlier(std::size_t sample) const { return bed_.test.is_outlier[sample] != 0; }
  std::size_t index(std::size_t sample) const {
    return static_cast<std::size_t>(bed_.test.original_index[sample]);
  }

  const TestBed& bed_;
  const ShownSamples& shown_;
};

/// Enough to look through.
constexpr std::size_t kMostMistaken = 100;

std::vector<report::MisclassifiedSample> mistakes_of(const TestBed& bed,
                                                     const std::vector<TestScores>& methods,
                                                     const EvaluatedSamples& samples) {
  std::vector<report::MisclassifiedSample> rows;
  for (const TestScores& method : methods) {
    for (const bool outliers : {false, true}) {
      std::size_t place = 0;
      for (const std::size_t sample :
           most_mistaken(bed.test.is_outlier, method, outliers, kMostMistaken)) {
        rows.push_back({method.method, method.score, method.merge, outliers, ++place,
                        bed.test.original_split[sample], bed.test.original_index[sample],
                        bed.test.labels[sample], method.anomalies[sample], samples.file(sample)});
      }
    }
  }
  return rows;
}

std::string mark_of(const run::RunFolder& folder) { return folder.path() + "/evaluate.json"; }
std::string mistakes_csv(const run::RunFolder& folder) {
  return folder.path() + "/misclassified.csv";
}

/// Tables and figures that must be there beside the mark.
bool has_all(const run::RunFolder& folder) {
  std::error_code ignored;
  for (const std::string& file :
       {folder.curves_csv(), folder.comparisons_csv(), folder.curves_json(), folder.latex_tables(),
        folder.latex_results(), folder.scores_csv(), mistakes_csv(folder),
        folder.path() + "/figure3.svg", folder.path() + "/scores.svg"}) {
    if (!std::filesystem::exists(file, ignored)) return false;
  }
  return true;
}

void write_figures(const SetFindings& findings, const ShownSamples& shown,
                   const std::vector<TestScores>& methods, const EvaluatedSamples& samples,
                   const std::string& folder, std::optional<double> latex_width) {
  const std::vector<std::uint8_t>& is_outlier = findings.bed.test.is_outlier;
  report::plot_figure3({findings.reduction}, folder, {}, latex_width);
  report::plot_scores(score_figure(findings.reduction, is_outlier, methods), folder, latex_width);
  if (!shown.shape.is_image()) return;
  report::plot_misclassified(
      misclassified_figure(findings.reduction, is_outlier, methods, shown.shape,
                           [&](std::size_t sample) { return samples.tile(sample); }),
      folder, latex_width);
}

}  // namespace

std::optional<SetResult> SetFolder::finished(const config::EvaluationSet& set,
                                             const std::string& fingerprint) const {
  std::error_code ignored;
  if (!std::filesystem::exists(mark_of(folder_), ignored) || !has_all(folder_)) return {};
  const std::string for_latex = folder_.path() + "/figure3_latex.tex";
  if (latex_width_ && !std::filesystem::exists(for_latex, ignored)) return {};
  try {
    SetResult result{report::read_evaluation_json(mark_of(folder_)),
                     report::read_json(folder_.curves_json())};
    std::vector<report::EvaluatedSet>& sets = result.evaluation.sets;
    if (sets.size() != 1 || sets.front().fingerprint != fingerprint) return {};
    // What may be called otherwise now, or what JSON can't say.
    sets.front().name = set.name;
    sets.front().group = set.group;
    sets.front().path = set.path;
    for (report::EvaluationRow& row : result.evaluation.rows) {
      row.set = set.name;
      row.group = set.group;
    }
    result.reduction.outlier_names = {set.name};
    result.reduction.is_against_set = true;
    return result;
  } catch (const DataError&) {
    return {};  // another version's, or damaged
  }
}

SetResult SetFolder::write(const SetFindings& findings, const report::Evaluation& evaluation,
                           const ShownSamples& shown) const {
  folder_.make();
  std::error_code ignored;
  std::filesystem::remove(mark_of(folder_), ignored);
  const report::Reduction& reduction = findings.reduction;
  report::write_csv(reduction, folder_.curves_csv());
  report::write_comparisons_csv(reduction, folder_.comparisons_csv());
  report::write_json(reduction, folder_.curves_json());
  report::write_latex_tables(reduction, folder_.latex_tables());
  report::write_latex_results(reduction, folder_.latex_results());
  const report::ScoreTable table = scores_of(findings);
  report::write_scores_csv(table, folder_.scores_csv());
  const std::vector<TestScores> methods = primary_scores(reduction, table);
  const EvaluatedSamples samples(findings.bed, shown);
  report::write_misclassified_csv(mistakes_of(findings.bed, methods, samples),
                                  mistakes_csv(folder_));
  write_figures(findings, shown, methods, samples, folder_.path(), latex_width_);
  report::write_evaluation_json(evaluation, mark_of(folder_));
  return {evaluation, reduction};
}

}  // namespace clvae::evaluate
