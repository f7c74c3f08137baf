#include "evaluate/evaluation.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/digest.hpp"
#include "evaluate/findings.hpp"
#include "evaluate/run_ensemble.hpp"
#include "reduce/measures.hpp"
#include "reduce/merged_classes.hpp"
#include "run/devices.hpp"
#include "run/version.hpp"

namespace clvae::evaluate {

namespace {

/// Measures of the merged scores. Those of the curve are means over orders of merging, which differ
/// by rounding.
void add_measures(const std::vector<double>& anomalies, const TestBed& bed,
                  report::EvaluationRow& row) {
  std::vector<float> scores;
  for (const std::size_t sample : bed.test_set.samples) {
    scores.push_back(static_cast<float>(anomalies[sample]));
  }
  std::vector<double> placements(scores.size());
  const reduce::TestSet& sides = bed.test_set;
  const reduce::Measures found =
      reduce::Measurer(sides.inliers, sides.outliers).all(scores, placements);
  row.auroc = found.auc;
  row.aupr_out = found.average_precision;
  row.fpr_at_95_tpr = found.fpr_at_95_tpr;
  row.aupr_in = reduce::average_precision_of_inliers(scores, sides.inliers);
}

report::EvaluationRow row_of(const report::Curve& curve, const config::EvaluationSet& set) {
  const reduce::CurvePoint& last = curve.rows.back();
  report::EvaluationRow row;
  row.set = set.name;
  row.group = set.group;
  row.method = curve.method;
  row.score = curve.score;
  row.merge = curve.merge;
  row.title = curve.title;
  row.is_primary = curve.is_primary;
  row.members = curve.achieved;
  row.curve = last.curve;
  row.total = last.total;
  return row;
}

}  // namespace

Evaluator::Evaluator(const comm::Communicator& world, const store::Reader& reader,
                     const config::Config& config,
                     const std::optional<config::EvaluationSet>& inliers, Console& console)
    : world_(world), reader_(reader), config_(config), console_(console) {
  comm::together(world, [&] {
    form_ = sample_form_of(reader, config);
    const store::FeatureTable features = reader.features();
    standardisation_ = {features.means, features.deviations, features.precision};
  });
  const auto rank = static_cast<std::size_t>(world.rank().value());
  device_ = run::agreed_devices(world, config.training).at(rank).device;
  run_ = agreed_test_bed(world, reader, console);
  if (inliers) inliers_.emplace(read(*inliers));
}

/// What all sets need of the members; not worth its time where no set is left.
void Evaluator::prepare() {
  if (!kinds_.empty()) return;
  for (const KindMembers& members : run_.kinds) {
    KindAtHand kind;
    kind.members = members;
    kind.stored = std::make_unique<StoredMembers>(world_, reader_, run_, members);
    if (inliers_) kind.inliers = ask(members, *inliers_);
    kinds_.push_back(std::move(kind));
  }
}

std::size_t Evaluator::inliers() const {
  return inliers_ ? inliers_->size() : run_.test_set.inliers;
}

std::string Evaluator::fingerprint(const std::string& samples) const {
  Digest digest;
  digest.add(run::kVersion);
  digest.add(reader_.dataset_fingerprint());
  for (const KindMembers& members : run_.kinds) {
    const store::KindSummary summary = reader_.summary(members.kind);
    digest.add(members.name());
    for (const MemberIndex member : members.intact) {
      digest.add(fmt::format("{} {}", member.value(), summary.commits[member.value()].checksum));
    }
  }
  const config::Reduction& reduction = config_.reduction;
  digest.add(fmt::format("{} {} {} {} {} {}", reduction.score, reduction.merge, reduction.draws,
                         reduction.confidence, reduction.seed, reduction.forecast_half_width));
  digest.add(inliers_ ? inliers_->fingerprint() : "the run's own");
  digest.add(samples);
  return digest.hex128();
}

SetFindings Evaluator::evaluate(const config::EvaluationSet& set, const OutsideSet& samples) {
  console_.event(fmt::format("{}: {} samples of {}{}", set.name, samples.size(), set.path,
                             samples.brought_from().empty()
                                 ? ""
                                 : fmt::format(", {}, brought to {}", samples.brought_from(),
                                               data::describe(form_.shape))));
  prepare();
  SetFindings findings;
  findings.set = set;
  const std::optional<std::size_t> others =
      inliers_ ? std::optional(inliers_->size()) : std::nullopt;
  findings.bed = with_outliers(run_, others, samples.size());
  for (const KindAtHand& kind : kinds_) {
    const std::vector<methods::Statements> statements = ask(kind.members, samples);
    const Sides sides{inliers_ ? &kind.inliers : nullptr, &statements};
    const OutsideMembers members(*kind.stored, run_.test.is_outlier, findings.bed, sides);
    findings.kinds.push_back(
        walk_kind(world_, members, findings.bed, kind.members, config_.reduction, console_));
  }
  comm::together(world_, [&] {
    if (!world_.is_root()) return;
    findings.reduction = describe_run(reader_, findings.bed, config_.reduction.confidence);
    findings.reduction.outlier_names = {set.name};
    findings.reduction.is_against_set = true;
    add_findings(findings.kinds, config_.reduction, findings.reduction);
    for (std::size_t i = 0; i < kinds_.size(); ++i) {
      add_rows(kinds_[i], findings.kinds[i], findings);
    }
  });
  return findings;
}

OutsideSet Evaluator::read(const config::EvaluationSet& set) const {
  std::optional<OutsideSet> samples;
  comm::together(world_, [&] { samples.emplace(set, form_, standardisation_); });
  const std::string own = samples->fingerprint();
  const std::string first = world_.broadcast(own);
  comm::together(world_, [&] {
    if (own != first) {
      throw DataError(set.path, "data that change while they are read", "the same on all ranks");
    }
  });
  if (!samples->warning().empty()) console_.warning(samples->warning());
  return std::move(*samples);
}

std::vector<methods::Statements> Evaluator::ask(const KindMembers& kind,
                                                const OutsideSet& set) const {
  return statements_of(world_, reader_, config_, form_.shape, kind, set.values(), device_,
                       console_);
}

double Evaluator::merged_accuracy(KindAtHand& kind, const MethodWalk& walk) const {
  const reduce::Score& score = *reduce::score_named(walk.score);
  const reduce::Merge merge = *reduce::merge_named(walk.merge);
  if (inliers_ || !score.values || !score.knows_classes || merge == reduce::Merge::max_first) {
    return reduce::kUnknown;
  }
  const auto known = kind.accuracies.find(walk.score);
  if (known != kind.accuracies.end()) return known->second;
  const std::size_t classes = kind.stored->classes();
  std::vector<std::vector<double>> values;
  for (std::size_t member = 0; member < kind.stored->members(); ++member) {
    values.push_back(score.values(*kind.stored, member, reduce::Part::test));
  }
  const std::vector<float> merged =
      reduce::class_scores_of_all(score, merge, *kind.stored, reduce::Part::test, values);
  const double accuracy =
      reduce::inlier_accuracy({merged.begin(), merged.end()}, run_.test_classes, classes);
  kind.accuracies.emplace(walk.score, accuracy);
  return accuracy;
}

void Evaluator::add_rows(KindAtHand& kind, const KindWalks& walks, SetFindings& findings) const {
  for (const MethodWalk& walk : walks.walks) {
    const auto curve = std::find_if(
        findings.reduction.curves.begin(), findings.reduction.curves.end(), [&](const auto& one) {
          return one.method == walk.method && one.score == walk.score && one.merge == walk.merge;
        });
    if (curve == findings.reduction.curves.end() || curve->rows.empty()) continue;
    report::EvaluationRow row = row_of(*curve, findings.set);
    add_measures(walk.anomalies, findings.bed, row);
    if (walk.is_primary) row.accuracy = merged_accuracy(kind, walk);
    findings.rows.push_back(std::move(row));
  }
}

}  // namespace clvae::evaluate
