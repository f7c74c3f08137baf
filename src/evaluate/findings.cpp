#include "evaluate/findings.hpp"

#include <algorithm>

#include "embed/trained_run.hpp"
#include "reduce/curve.hpp"
#include "reduce/forecast.hpp"

namespace clvae::evaluate {

namespace {

report::Curve as_curve(const MethodWalk& walk, double confidence) {
  report::Curve curve;
  curve.method = walk.method;
  curve.score = walk.score;
  curve.merge = walk.merge;
  curve.title = walk.title;
  curve.is_primary = walk.is_primary;
  curve.is_deterministic = walk.walk.is_deterministic;
  curve.achieved = walk.walk.members();
  curve.requested = walk.requested;
  curve.rows = reduce::curve(walk.walk, confidence);
  return curve;
}

report::Comparison as_comparison(const MethodWalk& first, const MethodWalk& second,
                                 reduce::Pairing pairing, double confidence) {
  report::Comparison comparison;
  comparison.rows = reduce::compare(first.walk, second.walk, pairing, confidence);
  comparison.overtakes_at = reduce::overtaking_size(comparison.rows);
  return comparison;
}

/// Whether anybody would ask which of the two is better: primary ones always, and a primary one
/// with its variants that differ by score or by merge alone.
bool are_compared(const MethodWalk& first, const MethodWalk& second) {
  if (first.is_primary && second.is_primary) return true;
  if (!first.is_primary && !second.is_primary) return false;
  return first.method == second.method && first.family == second.family &&
         (first.score == second.score) != (first.merge == second.merge);
}

/// The comparison whose first is ahead at the largest size: the other can't have overtaken it.
report::Comparison comparison_of(const std::vector<const MethodWalk*>& walks, std::size_t first,
                                 std::size_t second, double confidence) {
  const auto pairing = walks[first]->method == walks[second]->method
                           ? reduce::Pairing::same_members
                           : reduce::Pairing::other_members;
  report::Comparison comparison = as_comparison(*walks[first], *walks[second], pairing, confidence);
  if (comparison.rows.back().difference < 0) {
    std::swap(first, second);
    comparison = as_comparison(*walks[first], *walks[second], pairing, confidence);
  }
  comparison.first = first;
  comparison.second = second;
  return comparison;
}

const MethodWalk* same_method(const std::vector<KindWalks>& kinds, const MethodWalk& walk) {
  for (const KindWalks& kind : kinds) {
    for (const MethodWalk& other : kind.walks) {
      if (other.method == walk.method && other.score == walk.score && other.merge == walk.merge) {
        return &other;
      }
    }
  }
  return nullptr;
}

/// AUC of each member alone. \return [members]
std::vector<double> aucs_alone(const reduce::Walk& walk) {
  std::vector<double> aucs(walk.members(), report::kUnknown);
  for (std::size_t i = 0; i < walk.orders.size(); ++i) {
    aucs[walk.orders[i].front()] = walk.aucs[i].front();
  }
  return aucs;
}

/// One walk for each score: alone, a member has the same AUC under every merge.
std::vector<const MethodWalk*> one_of_each_score(const std::vector<KindWalks>& kinds) {
  std::vector<const MethodWalk*> walks;
  for (const KindWalks& kind : kinds) {
    for (const MethodWalk& walk : kind.walks) {
      const bool is_there = std::any_of(walks.begin(), walks.end(), [&](const MethodWalk* other) {
        return other->score == walk.score && other->method == walk.method;
      });
      if (!is_there) walks.push_back(&walk);
    }
  }
  return walks;
}

/// AUCs of all scores that any kind has, unknown where this kind has not.
std::vector<std::pair<std::string, double>> aucs_of(const std::string& kind, std::size_t member,
                                                    const std::vector<const MethodWalk*>& walks) {
  std::vector<std::pair<std::string, double>> aucs;
  for (const MethodWalk* walk : walks) {
    const auto found = std::find_if(aucs.begin(), aucs.end(),
                                    [&](const auto& entry) { return entry.first == walk->score; });
    const bool is_new = found == aucs.end();
    auto& entry = is_new ? aucs.emplace_back(walk->score, report::kUnknown) : *found;
    if (walk->method == kind) entry.second = aucs_alone(walk->walk).at(member);
  }
  return aucs;
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

void add_findings(const std::vector<KindWalks>& kinds, const config::Reduction& reduction,
                  report::Reduction& result) {
  std::vector<const MethodWalk*> walks;
  for (const bool primary : {true, false}) {
    for (const KindWalks& kind : kinds) {
      for (const MethodWalk& walk : kind.walks) {
        if (walk.is_primary == primary) walks.push_back(&walk);
      }
    }
  }
  for (std::size_t i = 0; i < walks.size(); ++i) {
    result.curves.push_back(as_curve(*walks[i], reduction.confidence));
    if (walks[i]->is_primary) {
      result.forecasts.push_back(
          {reduce::forecast(walks[i]->walk, reduction.forecast_half_width, reduction.confidence),
           i});
    }
    for (std::size_t j = i + 1; j < walks.size(); ++j) {
      if (!are_compared(*walks[i], *walks[j])) continue;
      result.comparisons.push_back(comparison_of(walks, i, j, reduction.confidence));
    }
  }
}

void add_gains(const RunWalks& first, const RunWalks& second, reduce::Pairing pairing,
               double confidence, report::Reduction& result) {
  const auto curve_of = [&](const RunWalks& run, const MethodWalk& walk) {
    report::Curve curve = as_curve(walk, confidence);
    curve.title = run.name + ": " + curve.title;
    return curve;
  };
  for (const KindWalks& kind : first.kinds) {
    for (const MethodWalk& walk : kind.walks) {
      const MethodWalk* const other = walk.is_primary ? same_method(second.kinds, walk) : nullptr;
      if (other == nullptr) continue;
      report::Comparison gain = as_comparison(walk, *other, pairing, confidence);
      gain.first = result.curves.size();
      gain.second = gain.first + 1;
      result.curves.push_back(curve_of(first, walk));
      result.curves.push_back(curve_of(second, *other));
      result.comparisons.push_back(std::move(gain));
    }
  }
}

std::vector<report::MemberRow> member_rows(const store::Reader& reader,
                                           const std::vector<KindWalks>& kinds) {
  const std::vector<const MethodWalk*> walks = one_of_each_score(kinds);
  std::vector<report::MemberRow> rows;
  for (const KindWalks& kind : kinds) {
    const store::KindSummary summary = reader.summary(kind.members.kind);
    for (std::size_t i = 0; i < kind.members.intact.size(); ++i) {
      const std::uint32_t member = kind.members.intact[i].value();
      const store::CommitRecord& record = summary.commits[member];
      report::MemberRow row;
      row.kind = kind.members.name();
      row.member = member;
      row.attempt = record.attempt;
      row.epochs_run = record.epochs_run;
      row.best_epoch = record.best_epoch;
      row.training_seconds = summary.provenance[member].training_seconds;
      row.inlier_accuracy =
          kind.inlier_accuracy.empty() ? report::kUnknown : kind.inlier_accuracy[i];
      row.aucs = aucs_of(row.kind, i, walks);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

}  // namespace clvae::evaluate
