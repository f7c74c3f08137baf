#include "clvae/reduce/merge.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::reduce {

namespace {

/// log(exp(a) + exp(b)) without leaving the log domain.
double log_add(double a, double b) {
  const double larger = std::max(a, b);
  if (std::isinf(larger)) return larger;
  return larger + std::log1p(std::exp(std::min(a, b) - larger));
}

}  // namespace

std::optional<Merge> merge_named(std::string_view name) {
  for (const Merge merge : {Merge::mean, Merge::geometric, Merge::max, Merge::min}) {
    if (name == name_of(merge)) return merge;
  }
  return std::nullopt;
}

std::string_view name_of(Merge merge) {
  switch (merge) {
    case Merge::mean:
      return "mean";
    case Merge::geometric:
      return "geometric";
    case Merge::max:
      return "max";
    case Merge::min:
      return "min";
  }
  return "";
}

RunningMerge::RunningMerge(const MemberScores& scores, Merge merge)
    : scores_(&scores), merge_(merge) {
  if (merge == Merge::geometric && !scores.logarithms) {
    throw UsageError("a geometric mean needs densities: score mahalanobis can't be merged by it");
  }
  if (merge != Merge::mean && !scores.higher_is_normal) {
    throw UsageError(
        fmt::format("errors are merged by their mean alone, not by {}", name_of(merge)));
  }
  reset();
}

void RunningMerge::add(std::size_t index) {
  const std::vector<double>& member = scores_->members.at(index);
  ++count_;
  if (count_ == 1) {
    merged_ = member;
    return;
  }
  const auto combine = [&](auto operation) {
    std::transform(merged_.begin(), merged_.end(), member.begin(), merged_.begin(), operation);
  };
  switch (merge_) {
    case Merge::mean:
      if (scores_->logarithms) {
        combine(log_add);
      } else {
        combine([](double a, double b) { return a + b; });
      }
      break;
    case Merge::geometric:
      combine([](double a, double b) { return a + b; });
      break;
    case Merge::max:
      combine([](double a, double b) { return std::max(a, b); });
      break;
    case Merge::min:
      combine([](double a, double b) { return std::min(a, b); });
      break;
  }
}

void RunningMerge::reset() { count_ = 0; }

const std::vector<double>& RunningMerge::anomaly_scores() {
  const auto count = static_cast<double>(count_);
  const bool is_sum_of_exponentials = merge_ == Merge::mean && scores_->logarithms;
  const bool is_sum =
      (merge_ == Merge::mean || merge_ == Merge::geometric) && !is_sum_of_exponentials;
  const double factor = is_sum ? 1 / count : 1.0;
  const double offset = is_sum_of_exponentials ? -std::log(count) : 0.0;
  anomaly_.resize(scores_->samples);
  for (std::size_t sample = 0; sample < scores_->samples; ++sample) {
    const double* values = &merged_[sample * scores_->classes];
    if (!scores_->higher_is_normal) {
      anomaly_[sample] = values[0] * factor;
      continue;
    }
    const double confidence = *std::max_element(values, values + scores_->classes);
    anomaly_[sample] = -(confidence * factor + offset);
  }
  return anomaly_;
}

}  // namespace clvae::reduce
