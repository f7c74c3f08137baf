#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "clvae/reduce/auc.hpp"
#include "clvae/reduce/curve.hpp"
#include "clvae/report/members.hpp"
#include "clvae/report/report.hpp"
#include "experiment.hpp"
#include "jobs.hpp"
#include "run_file.hpp"
#include "scoring.hpp"

namespace clvae::jobs {

namespace {

using Orders = std::vector<std::vector<std::size_t>>;

/// AUCs along all orders, each walked by one rank. Collective. \return [orders][N] on rank 0
std::vector<std::vector<double>> walk(const comm::Communicator& world, const Orders& orders,
                                      const Method& method, const TestBed& bed, Console& console) {
  const auto ranks = static_cast<std::size_t>(world.size());
  std::vector<double> own;
  comm::together(world, [&] {
    reduce::RunningMerge merge(method.values, method.merge);
    for (auto i = static_cast<std::size_t>(world.rank().value()); i < orders.size(); i += ranks) {
      const auto aucs = reduce::auc_along(orders[i], merge, bed.test.is_outlier);
      own.insert(own.end(), aucs.begin(), aucs.end());
      console.live(fmt::format("{}: {} of {} orders of the members", method.title,
                               std::min(i + ranks, orders.size()), orders.size()));
    }
  });
  const std::vector<std::vector<double>> shares = world.gather(own);
  console.end_live();
  std::vector<std::vector<double>> aucs;
  if (!world.is_root()) return aucs;
  const auto size = static_cast<std::ptrdiff_t>(bed.members.size());
  for (std::size_t i = 0; i < orders.size(); ++i) {
    const auto begin = shares[i % ranks].begin() + static_cast<std::ptrdiff_t>(i / ranks) * size;
    aucs.emplace_back(begin, begin + size);
  }
  return aucs;
}

report::Curve as_curve(const Method& method, const std::vector<reduce::CurvePoint>& points,
                       std::size_t requested) {
  report::Curve curve;
  curve.method = method.name;
  curve.score = method.score;
  curve.merge = reduce::name_of(method.merge);
  curve.title = method.title;
  curve.achieved = points.size();
  curve.requested = requested;
  for (const reduce::CurvePoint& point : points) {
    report::CurveRow row;
    row.size = point.size;
    row.mean = point.mean;
    row.curve_lower = point.lower;
    row.curve_upper = point.upper;
    row.draws = point.draws;
    curve.rows.push_back(row);
  }
  return curve;
}

report::Reduction describe_run(const store::Reader& reader, const TestBed& bed, double confidence) {
  report::Reduction described;
  described.dataset = reader.dataset_name();
  const std::vector<std::int32_t> outliers = reader.outlier_classes();
  described.outlier_names =
      names_of_classes({outliers.begin(), outliers.end()}, reader.class_names());
  described.test_inliers = bed.test_inlier_classes.size();
  described.test_outliers = bed.test.labels.size() - bed.test_inlier_classes.size();
  described.confidence = confidence;
  return described;
}

std::vector<report::MemberRow> member_rows(const store::Reader& reader, const TestBed& bed,
                                           const Scores& scores) {
  const store::KindSummary summary = reader.summary(Kind::clvae);
  std::vector<report::MemberRow> rows;
  for (std::size_t i = 0; i < bed.members.size(); ++i) {
    const std::uint32_t member = bed.members[i].value();
    const store::CommitRecord& record = summary.commits[member];
    report::MemberRow row;
    row.kind = name_of(Kind::clvae);
    row.member = member;
    row.attempt = record.attempt;
    row.epochs_run = record.epochs_run;
    row.best_epoch = record.best_epoch;
    row.training_seconds = summary.provenance[member].training_seconds;
    row.inlier_accuracy = scores.inlier_accuracy[i];
    for (const Method& method : scores.methods) {
      reduce::RunningMerge alone(method.values, method.merge);
      alone.add(i);
      row.aucs.push_back({method.score, reduce::auc(alone.anomaly_scores(), bed.test.is_outlier)});
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

void warn_of_missing(const store::KindSummary& summary, std::size_t achieved, Console& console) {
  if (achieved == summary.members) return;
  std::size_t failed = 0;
  for (const auto& record : summary.commits) {
    failed += record.state == store::MemberState::failed ? 1U : 0U;
  }
  console.warning(fmt::format("{} of {} members are done ({} failed): the curves end there",
                              achieved, summary.members, failed));
}

}  // namespace

config::Reduction agreed_reduction(const comm::Communicator& world, const RunFolder& folder,
                                   const std::vector<std::string>& overrides) {
  config::Reduction reduction;
  comm::together(world, [&] {
    const store::Reader reader(folder.run_file());
    const std::string origin = folder.run_file() + ":/config";
    const config::Config stored = config::parse(reader.config(), origin);
    const config::Config wanted = config::parse(reader.config(), origin, overrides);
    for (const auto key_class : {config::KeyClass::identity, config::KeyClass::execution}) {
      const auto others = config::differences(stored, wanted, key_class);
      if (others.empty()) continue;
      throw ConfigError({"--set", 0, others.front().key}, others.front().wanted,
                        "keys that begin with reduction. (a run that exists can be reduced "
                        "otherwise, but is trained as it is)");
    }
    reduction = wanted.reduction;
  });
  return reduction;
}

void reduce(const comm::Communicator& world, const RunFolder& folder,
            const config::Reduction& reduction, Console& console) {
  std::optional<store::Reader> reader;
  comm::together(world, [&] { reader.emplace(folder.run_file()); });
  const std::vector<bool> intact = intact_members(world, *reader, Kind::clvae);
  TestBed bed;
  Scores scores;
  comm::together(world, [&] {
    bed = test_bed(*reader, intact);
    scores = score_members(*reader, bed, reduction);
  });
  warn_of_missing(reader->summary(Kind::clvae), bed.members.size(), console);

  const Orders orders = reduce::draw_orders(
      bed.members.size(), static_cast<std::size_t>(reduction.draws), Seed{reduction.seed});
  report::Reduction result = describe_run(*reader, bed, reduction.confidence);
  for (const Method& method : scores.methods) {
    const auto aucs = walk(world, orders, method, bed, console);
    if (!world.is_root()) continue;
    result.curves.push_back(
        as_curve(method, reduce::curve(aucs, reduction.confidence), intact.size()));
  }
  comm::together(world, [&] {
    if (!world.is_root()) return;
    report::write_csv(result, folder.curves_csv());
    report::write_json(result, folder.curves_json());
    report::write_members_csv(member_rows(*reader, bed, scores), folder.members_csv());
    console.event(report::table(result));
    console.event(fmt::format("tables: {}, {}, {}", folder.curves_csv(), folder.curves_json(),
                              folder.members_csv()));
  });
}

}  // namespace clvae::jobs
