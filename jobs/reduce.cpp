#include <optional>

#include <fmt/format.h>

#include "clvae/embed/trained_run.hpp"
#include "clvae/report/members.hpp"
#include "clvae/report/report.hpp"
#include "clvae/report/scores.hpp"
#include "experiment.hpp"
#include "findings.hpp"
#include "jobs.hpp"
#include "test_bed.hpp"
#include "walks.hpp"

namespace clvae::jobs {

namespace {

report::ScoreTable score_table(const TestBed& bed, const std::vector<KindWalks>& kinds) {
  report::ScoreTable table;
  table.original_index = bed.test.original_index;
  table.original_split = bed.test.original_split;
  table.labels = bed.test.labels;
  table.is_outlier = bed.test.is_outlier;
  for (const KindWalks& kind : kinds) {
    for (const MethodWalk& walk : kind.walks) {
      if (!walk.is_primary) continue;
      table.columns.push_back({walk.method, walk.score, walk.merge, walk.anomalies});
    }
  }
  return table;
}

void write_tables(const store::Reader& reader, const TestBed& bed,
                  const std::vector<KindWalks>& kinds, const RunFolder& folder,
                  const config::Reduction& reduction, Console& console) {
  report::Reduction result = describe_run(reader, bed, reduction.confidence);
  add_findings(kinds, reduction, result);
  report::write_csv(result, folder.curves_csv());
  report::write_comparisons_csv(result, folder.comparisons_csv());
  report::write_json(result, folder.curves_json());
  report::write_members_csv(member_rows(reader, kinds), folder.members_csv());
  report::write_scores_csv(score_table(bed, kinds), folder.scores_csv());
  console.event(report::table(result));
  console.event(fmt::format("tables: {}, {}, {}, {}, {}", folder.curves_csv(),
                            folder.comparisons_csv(), folder.curves_json(), folder.members_csv(),
                            folder.scores_csv()));
}

}  // namespace

report::Reduction describe_run(const store::Reader& reader, const TestBed& bed, double confidence) {
  report::Reduction described;
  described.dataset = reader.dataset_name();
  const std::vector<std::int32_t> outliers = reader.outlier_classes();
  described.outlier_names =
      embed::names_of_classes({outliers.begin(), outliers.end()}, reader.class_names());
  described.test_inliers = bed.test_set.inliers;
  described.test_outliers = bed.test_set.outliers;
  described.confidence = confidence;
  return described;
}

config::Reduction agreed_reduction(const comm::Communicator& world, const RunFolder& folder,
                                   const std::vector<std::string>& overrides) {
  config::Reduction reduction;
  comm::together(
      world, [&] { reduction = embed::reduction_of(store::Reader(folder.run_file()), overrides); });
  return reduction;
}

void reduce(const comm::Communicator& world, const RunFolder& folder,
            const config::Reduction& reduction, Console& console) {
  std::optional<store::Reader> reader;
  comm::together(world, [&] {
    reader.emplace(folder.run_file());
    if (world.is_root()) folder.require_writable();  // for the tables, in the end
  });
  const TestBed bed = agreed_test_bed(world, *reader, console);
  std::vector<KindWalks> kinds;
  for (const KindMembers& kind : bed.kinds) {
    kinds.push_back(walk_kind(world, *reader, bed, kind, reduction, console));
  }
  comm::together(world, [&] {
    if (world.is_root()) write_tables(*reader, bed, kinds, folder, reduction, console);
  });
}

}  // namespace clvae::jobs
