#include "reduce/nearest_scores.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "reduce/kernels.hpp"
#include "reduce/references.hpp"

namespace clvae::reduce {

namespace {

/// Where a reference would be that is further than any: it fills the last lanes.
constexpr float kNowhere = 1e15F;

std::size_t in_whole_lanes(std::size_t count) { return (count + kLanes - 1) / kLanes * kLanes; }

/// How far `order` is turned against the other, if it is a rotation of it; else N.
std::size_t turned_by(const Order& order, const Order& other) {
  const auto begin = std::find(other.begin(), other.end(), order.front());
  const auto turn = begin - other.begin();
  const bool is_rotation = std::equal(begin, other.end(), order.begin()) &&
                           std::equal(other.begin(), begin, order.end() - turn);
  return is_rotation ? static_cast<std::size_t>(turn) : other.size();
}

}  // namespace

NearestScores::NearestScores(const MemberValues& members, Part part)
    : members_(members.members()),
      samples_(members.places(part).size()),
      dimension_(members.references().dimension()),
      width_(in_whole_lanes(std::min(kNearestReferences, members.references().size()))),
      neighbour_(std::min(kNeighbour, members.references().size())),
      latents_(samples_ * members_ * dimension_),
      references_(members_ * dimension_ * width_, kNowhere) {
  const References& references = members.references();
  const std::size_t count = std::min(kNearestReferences, references.size());
  const std::vector<std::size_t>& places = members.places(part);
  for (std::size_t member = 0; member < members_; ++member) {
    const gsl::span<const float> of_references = references.latents(member);
    for (std::size_t i = 0; i < count * dimension_; ++i) {
      references_[(member * dimension_ + i % dimension_) * width_ + i / dimension_] =
          of_references[i];
    }
    const std::vector<float> latents = members.values(member, {Quantity::latents, part});
    for (std::size_t place = 0; place < samples_; ++place) {
      for (std::size_t axis = 0; axis < dimension_; ++axis) {
        const float value = latents[places[place] * dimension_ + axis];
        if (!std::isfinite(value)) {
          throw RunError(fmt::format("a latent of sample {} is {}", places[place], value));
        }
        latents_[(place * members_ + member) * dimension_ + axis] = value;
      }
    }
  }
}

void NearestScores::anomalies(gsl::span<const Order> orders, gsl::span<float> scores) const {
  const std::vector<std::size_t> wanted = sizes();
  const std::size_t block = wanted.size() * stride();
  if (scores.size() < orders.size() * block) {
    throw UsageError(
        fmt::format("room for {} scores where {} orders are walked", scores.size(), orders.size()));
  }
  for (std::size_t begin = 0; begin < orders.size();) {
    std::vector<std::size_t> turns;
    for (std::size_t i = begin; i < orders.size(); ++i) {
      const std::size_t turn = turned_by(orders[i], orders[begin]);
      if (turn == members_) break;
      turns.push_back(turn);
    }
    walk_rotations(orders.subspan(begin, turns.size()), turns, wanted,
                   scores.subspan(begin * block, turns.size() * block));
    begin += turns.size();
  }
}

void NearestScores::walk_rotations(gsl::span<const Order> orders,
                                   const std::vector<std::size_t>& first,
                                   const std::vector<std::size_t>& sizes,
                                   gsl::span<float> scores) const {
  const Kernels& run = kernels();
  const Order& order = orders[0];
  // Squared distances from every reference, of the order's first 0, 1, ..., N members.
  std::vector<double> sums((members_ + 1) * width_, 0);
  const auto of_first = [&](std::size_t count) { return &sums[count * width_]; };
  for (std::size_t sample = 0; sample < samples_; ++sample) {
    for (std::size_t k = 0; k < members_; ++k) {
      run.add_distances({&latents_[(sample * members_ + order[k]) * dimension_],
                         &references_[order[k] * dimension_ * width_], dimension_, width_},
                        of_first(k), of_first(k + 1));
    }
    for (std::size_t i = 0; i < first.size(); ++i) {
      for (std::size_t j = 0; j < sizes.size(); ++j) {
        const std::size_t end = first[i] + sizes[j];
        const bool goes_round = end > members_;
        const float squared = run.ranked_sum(
            {of_first(goes_round ? members_ : 0), of_first(goes_round ? end - members_ : end),
             of_first(first[i]), width_},
            neighbour_);
        scores[(i * sizes.size() + j) * stride() + sample] = static_cast<float>(
            std::sqrt(static_cast<double>(squared) / static_cast<double>(sizes[j])));
      }
    }
  }
}

}  // namespace clvae::reduce
