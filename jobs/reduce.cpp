#include <memory>
#include <optional>

#include <fmt/format.h>

#include "command_line.hpp"
#include "embed/trained_run.hpp"
#include "evaluate/findings.hpp"
#include "evaluate/test_bed.hpp"
#include "evaluate/walks.hpp"
#include "jobs.hpp"
#include "report/latex.hpp"
#include "report/members.hpp"
#include "report/report.hpp"
#include "report/test_scores_csv.hpp"
#include "run/experiment.hpp"

namespace clvae::jobs {

namespace {

struct ReduceOptions {
  std::string run;
  std::string score;
  std::string merge;
  std::vector<std::string> overrides;
};

/// What the user wants otherwise; the options that name a key of their own come last.
std::vector<std::string> overrides_of(const ReduceOptions& options) {
  std::vector<std::string> overrides = options.overrides;
  if (!options.score.empty()) overrides.push_back("reduction.score=" + options.score);
  if (!options.merge.empty()) overrides.push_back("reduction.merge=" + options.merge);
  return overrides;
}

report::ScoreTable score_table(const evaluate::TestBed& bed,
                               const std::vector<evaluate::KindWalks>& kinds) {
  report::ScoreTable table;
  table.original_index = bed.test.original_index;
  table.original_split = bed.test.original_split;
  table.labels = bed.test.labels;
  table.is_outlier = bed.test.is_outlier;
  for (const evaluate::KindWalks& kind : kinds) {
    for (const evaluate::MethodWalk& walk : kind.walks) {
      if (!walk.is_primary) continue;
      table.columns.push_back({walk.method, walk.score, walk.merge, walk.anomalies});
    }
  }
  return table;
}

void write_tables(const store::Reader& reader, const evaluate::TestBed& bed,
                  const std::vector<evaluate::KindWalks>& kinds, const run::RunFolder& folder,
                  const config::Reduction& reduction, Console& console) {
  report::Reduction result = evaluate::describe_run(reader, bed, reduction.confidence);
  evaluate::add_findings(kinds, reduction, result);
  report::write_csv(result, folder.curves_csv());
  report::write_comparisons_csv(result, folder.comparisons_csv());
  report::write_json(result, folder.curves_json());
  report::write_members_csv(evaluate::member_rows(reader, kinds), folder.members_csv());
  report::write_scores_csv(score_table(bed, kinds), folder.scores_csv());
  report::write_latex_tables(result, folder.latex_tables());
  report::write_latex_results(result, folder.latex_results());
  console.event(report::table(result));
  console.event(fmt::format("tables: {}, {}, {}, {}, {}; for LaTeX: {}, {}", folder.curves_csv(),
                            folder.comparisons_csv(), folder.curves_json(), folder.members_csv(),
                            folder.scores_csv(), folder.latex_tables(), folder.latex_results()));
}

}  // namespace

config::Reduction agreed_reduction(const comm::Communicator& world, const run::RunFolder& folder,
                                   const std::vector<std::string>& overrides) {
  config::Reduction reduction;
  comm::together(
      world, [&] { reduction = embed::reduction_of(store::Reader(folder.run_file()), overrides); });
  return reduction;
}

void reduce(const comm::Communicator& world, const run::RunFolder& folder,
            const config::Reduction& reduction, Console& console) {
  std::optional<store::Reader> reader;
  comm::together(world, [&] {
    reader.emplace(folder.run_file());
    if (world.is_root()) folder.require_writable();  // for the tables, in the end
  });
  const evaluate::TestBed bed = evaluate::agreed_test_bed(world, *reader, console);
  std::vector<evaluate::KindWalks> kinds;
  for (const evaluate::KindMembers& kind : bed.kinds) {
    kinds.push_back(evaluate::walk_kind(world, *reader, bed, kind, reduction, console));
  }
  comm::together(world, [&] {
    if (world.is_root()) write_tables(*reader, bed, kinds, folder, reduction, console);
  });
}

void add_reduce(CLI::App& app, Job& job) {
  const auto options = std::make_shared<ReduceOptions>();
  CLI::App* command = app.add_subcommand(
      "reduce", "Fit the Gaussians, merge the scores and write the tables of a run");
  command->footer(R"(
Examples:
  clvae reduce runs/mnist --merge geometric
  mpirun -np 2 clvae reduce runs/mnist --score peak_normalised --set reduction.draws=1000

May be done while the run is still training: it takes the members that are done.)");
  add_run_option(*command, options->run);
  add_score_options(*command, options->score, options->merge);
  add_overrides_option(*command, options->overrides, "reduction.*");
  run_on_all_ranks(*command, job, [=](const comm::Communicator& world, Console& console) {
    run::RunFolder folder("");
    comm::together(world, [&] { folder = run::RunFolder::find(options->run); });
    reduce(world, folder, agreed_reduction(world, folder, overrides_of(*options)), console);
  });
}

}  // namespace clvae::jobs
