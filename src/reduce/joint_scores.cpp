#include "reduce/joint_scores.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "reduce/kernels.hpp"
#include "reduce/references.hpp"

namespace clvae::reduce {

namespace {

/// As it is kept: a sum of such is exact in double precision, as long as it is below 2^23.
float kept_distance(double minus_distance) {
  constexpr auto kLargest = static_cast<double>(std::numeric_limits<float>::max());
  if (!std::isfinite(minus_distance)) {
    throw RunError("a joint distance is not finite: a member's latents are damaged");
  }
  return static_cast<float>(std::min((-minus_distance + kGrid) - kGrid, kLargest));
}

/// The latents of all members. [N] of [samples, d]
std::vector<std::vector<float>> all_latents(const MemberValues& members, Part part) {
  std::vector<std::vector<float>> latents;
  for (std::size_t member = 0; member < members.members(); ++member) {
    latents.push_back(members.values(member, {Quantity::latents, part}));
  }
  return latents;
}

/// Of one set of a block's members. \return minus squared distances, [samples, K]
std::vector<double> distances_of(const MemberBlock& block, std::size_t set,
                                 const std::vector<std::vector<float>>& latents,
                                 std::size_t dimension) {
  std::vector<gsl::span<const float>> chosen;
  for (std::size_t i = 0; i < block.members.size(); ++i) {
    if ((set >> i & 1U) != 0) chosen.emplace_back(latents[block.members[i]]);
  }
  return class_scores(block.fits[set - 1], side_by_side(chosen, dimension), {1, false});
}

}  // namespace

JointScores::JointScores(const MemberValues& members, Part part)
    : samples_(members.places(part).size()),
      classes_(members.classes()),
      joins_(members.members()) {
  const References& references = members.references();
  const std::vector<MemberBlock>& blocks = references.blocks();
  for (const MemberBlock& block : blocks) {
    for (std::size_t i = 0; i < block.members.size(); ++i) {
      joins_[block.members[i]] = {blocks_, std::size_t{1} << i, rows_ - 1};
    }
    rows_ += block.fits.size();
    ++blocks_;
  }
  values_.resize(stride() * rows_ * classes_);
  const std::vector<std::vector<float>> latents = all_latents(members, part);
  std::size_t row = 1;
  for (const MemberBlock& block : blocks) {
    for (std::size_t set = 1; set <= block.fits.size(); ++set) {
      set_rows(row++, distances_of(block, set, latents, references.dimension()),
               members.places(part));
    }
  }
}

std::size_t JointScores::stride() const { return (samples_ + kLanes - 1) / kLanes * kLanes; }

void JointScores::set_rows(std::size_t row, const std::vector<double>& scores,
                           const std::vector<std::size_t>& places) {
  for (std::size_t place = 0; place < places.size(); ++place) {
    const std::size_t tile = place / kLanes;
    for (std::size_t label = 0; label < classes_; ++label) {
      values_[((tile * rows_ + row) * classes_ + label) * kLanes + place % kLanes] =
          kept_distance(scores[places[place] * classes_ + label]);
    }
  }
}

void JointScores::anomalies(gsl::span<const Order> orders, gsl::span<float> scores) const {
  const std::vector<std::size_t> wanted = sizes();
  if (scores.size() < orders.size() * wanted.size() * stride()) {
    throw UsageError(
        fmt::format("room for {} scores where {} orders are walked", scores.size(), orders.size()));
  }
  JointWalk walk;
  walk.members = members();
  walk.columns = classes_;
  walk.sizes = wanted.data();
  walk.size_count = wanted.size();
  walk.stride = stride();
  std::vector<double> sums(classes_ * kLanes);
  walk.sums = sums.data();
  std::vector<Steps> steps;
  for (const Order& order : orders) steps.push_back(steps_of(order));
  // Tile by tile, so that all sets' values of a tile stay in the cache for all orders.
  for (std::size_t tile = 0; tile < stride() / kLanes; ++tile) {
    walk.values = &values_[tile * rows_ * classes_ * kLanes];
    for (std::size_t i = 0; i < orders.size(); ++i) {
      walk.joined = steps[i].joined.data();
      walk.before = steps[i].before.data();
      walk.anomalies = scores.data() + i * wanted.size() * stride() + tile * kLanes;
      kernels().walk_joint(walk);
    }
  }
}

JointScores::Steps JointScores::steps_of(const Order& order) const {
  Steps steps;
  std::vector<std::size_t> sets(blocks_, 0);
  for (const std::size_t member : order) {
    const Join& join = joins_[member];
    std::size_t& set = sets[join.block];
    steps.before.push_back(set == 0 ? 0 : join.first_row + set);
    set |= join.bit;
    steps.joined.push_back(join.first_row + set);
  }
  return steps;
}

std::vector<float> joint_class_scores(const MemberValues& members, Part part) {
  const References& references = members.references();
  const std::vector<std::vector<float>> latents = all_latents(members, part);
  std::vector<double> sums(latents.front().size() / references.dimension() * members.classes());
  for (const MemberBlock& block : references.blocks()) {
    const std::vector<double> distances =
        distances_of(block, block.fits.size(), latents, references.dimension());
    for (std::size_t i = 0; i < sums.size(); ++i) {
      sums[i] -= static_cast<double>(kept_distance(distances[i]));
    }
  }
  std::vector<float> scores(sums.size());
  std::transform(sums.begin(), sums.end(), scores.begin(), [&](double sum) {
    return static_cast<float>(sum / static_cast<double>(members.members()));
  });
  return scores;
}

}  // namespace clvae::reduce
