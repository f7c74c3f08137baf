#include "reduce/packed_scores.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "reduce/kernels.hpp"

namespace clvae::reduce {

namespace {

constexpr double kLogOfTwo = 0.69314718055994530942;

void check_value(const ScoreTraits& traits, double value, std::size_t member, std::size_t sample) {
  const bool vanishes = traits.higher_is_normal && std::isinf(value) && value < 0;
  if (std::isfinite(value) || vanishes) return;
  throw RunError(fmt::format("the score of sample {} by member {} is {}", sample, member, value));
}

}  // namespace

PackedScores::PackedScores(const ScoreTraits& traits, Merge merge, std::vector<std::size_t> samples,
                           std::size_t members)
    : traits_(traits),
      merge_(&row_of(merge)),
      samples_(std::move(samples)),
      members_(members),
      tiles_((samples_.size() + kLanes - 1) / kLanes) {
  require_mergeable(traits, merge);
  if (members == 0 || samples_.empty() || traits.classes == 0) {
    throw UsageError(fmt::format("{} members' scores of {} samples and {} classes: none can be 0",
                                 members, samples_.size(), traits.classes));
  }
  values_.resize(tiles_ * members_ * columns());
  if (has_exponents()) exponents_.resize(tiles_ * members_);
}

bool PackedScores::has_exponents() const { return traits_.logarithms && merge_->adds_exponentials; }

std::size_t PackedScores::columns() const { return merge_->merges_classes ? traits_.classes : 1; }

std::size_t PackedScores::stride() const { return tiles_ * kLanes; }

bool PackedScores::change_merge(Merge merge) {
  require_mergeable(traits_, merge);
  const MergeRow* const wanted = &row_of(merge);
  const auto stored_alike = [&](const MergeRow* other) {
    return !traits_.logarithms || !other->adds_exponentials;
  };
  if (wanted != merge_ && !(stored_alike(wanted) && stored_alike(merge_))) return false;
  merge_ = wanted;
  return true;
}

void PackedScores::set_member(std::size_t member, gsl::span<const double> values) {
  if (member >= members_ || values.size() != samples_.size() * traits_.classes) {
    throw UsageError(fmt::format("{} values of member {}: {} of {} members are needed",
                                 values.size(), member, samples_.size() * traits_.classes,
                                 members_));
  }
  for (std::size_t place = 0; place < samples_.size(); ++place) {
    const double* row = &values[samples_[place] * traits_.classes];
    for (std::size_t label = 0; label < traits_.classes; ++label) {
      check_value(traits_, row[label], member, samples_[place]);
    }
    if (has_exponents()) {
      set_exponentials(member, place, row);
      continue;
    }
    const std::size_t slab = (place / kLanes * members_ + member) * columns();
    for (std::size_t column = 0; column < columns(); ++column) {
      values_[slab + column].lane[place % kLanes] = static_cast<float>(row[column]);
    }
  }
}

void PackedScores::set_exponentials(std::size_t member, std::size_t place, const double* values) {
  const double best = *std::max_element(values, values + traits_.classes);
  const bool vanishes = best < kLeastLogarithm;
  const std::size_t slab = place / kLanes * members_ + member;
  const std::size_t lane = place % kLanes;
  const double power = vanishes ? kNoExponent : std::floor(best / kLogOfTwo);
  exponents_[slab].lane[lane] = static_cast<std::int32_t>(power);
  for (std::size_t column = 0; column < columns(); ++column) {
    const double value = merge_->merges_classes ? values[column] : best;
    values_[slab * columns() + column].lane[lane] =
        vanishes ? 0.0F : static_cast<float>(std::exp(value - power * kLogOfTwo));
  }
}

void PackedScores::ranking_scores(gsl::span<const Order> orders, gsl::span<float> scores) const {
  walk(orders, scores, true);
}

void PackedScores::anomalies(gsl::span<const Order> orders, gsl::span<float> scores) const {
  walk(orders, scores, false);
}

void PackedScores::walk(gsl::span<const Order> orders, gsl::span<float> scores,
                        bool for_ranks) const {
  if (scores.size() < orders.size() * members_ * stride()) {
    throw UsageError(
        fmt::format("room for {} scores where {} orders are walked", scores.size(), orders.size()));
  }
  TileWalk walk;
  walk.members = members_;
  walk.columns = columns();
  walk.stride = stride();
  std::vector<Lanes<float>> merged(columns());
  walk.merged = merged.data();
  std::vector<float> log_sizes;
  for (std::size_t k = 1; k <= members_; ++k) {
    log_sizes.push_back(static_cast<float>(std::log(static_cast<double>(k))));
  }
  walk.log_sizes = log_sizes.data();
  const Kernels& run = kernels();
  // Tile by tile, so that all members' values of a tile stay in the cache for all orders.
  for (std::size_t tile = 0; tile < tiles_; ++tile) {
    walk.values = values_[tile * members_ * columns()].lane;
    if (has_exponents()) walk.exponents = exponents_[tile * members_].lane;
    for (std::size_t i = 0; i < orders.size(); ++i) {
      walk.order = orders[i].data();
      walk.anomalies = scores.data() + i * members_ * walk.stride + tile * kLanes;
      if (has_exponents() && for_ranks) {
        run.rank_exponentials(walk);
      } else if (has_exponents()) {
        run.walk_exponentials(walk);
      } else {
        merge_->walk(run, walk, traits_.higher_is_normal ? -1.0F : 1.0F);
      }
    }
  }
}

}  // namespace clvae::reduce
