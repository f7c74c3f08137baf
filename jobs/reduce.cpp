#include <optional>

#include <fmt/format.h>

#include "embed/trained_run.hpp"
#include "evaluate/findings.hpp"
#include "evaluate/test_bed.hpp"
#include "evaluate/walks.hpp"
#include "jobs.hpp"
#include "report/members.hpp"
#include "report/report.hpp"
#include "report/test_scores_csv.hpp"
#include "run/experiment.hpp"

namespace clvae::jobs {

namespace {

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
  console.event(report::table(result));
  console.event(fmt::format("tables: {}, {}, {}, {}, {}", folder.curves_csv(),
                            folder.comparisons_csv(), folder.curves_json(), folder.members_csv(),
                            folder.scores_csv()));
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

}  // namespace clvae::jobs
