#include "evaluate/walks.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "reduce/combined_scores.hpp"
#include "run/stop_signals.hpp"

namespace clvae::evaluate {

namespace {

using Orders = std::vector<reduce::Order>;

/// Walks with all ranks. Collective. \return on rank 0, nothing elsewhere
reduce::Walk shared_walk(const comm::Communicator& world, const reduce::Ensemble& ensemble,
                         const TestBed& bed, const Orders& orders, const std::string& title,
                         Console& console) {
  const reduce::Sharing sharing{static_cast<std::size_t>(world.rank().value()),
                                static_cast<std::size_t>(world.size())};
  reduce::WalkShare share;
  comm::together(world, [&] {
    share = reduce::walk_share(
        ensemble, bed.test_set, orders, sharing, [&](std::size_t done, std::size_t all) {
          if (const char* signal = run::StopSignals::arrived()) {
            throw InterruptedError(fmt::format("{} came during the reduction", signal));
          }
          console.live(fmt::format("{}: {} of {} orders of the members", title, done, all));
        });
  });
  const auto rows = world.gather(share.rows);
  const auto placements = world.sum(share.doubled_placements);
  console.end_live();
  if (!world.is_root()) return {};
  return reduce::assemble(orders, bed.test_set, rows, placements);
}

/// Scores of all members together in the order of the samples, from those of every size.
/// \param scores [1][N][stride]
std::vector<double> of_all_members(const std::vector<float>& scores,
                                   const reduce::Ensemble& ensemble, const TestBed& bed) {
  const std::size_t last = (ensemble.members() - 1) * ensemble.stride();
  std::vector<double> anomalies(bed.test_set.samples.size());
  for (std::size_t place = 0; place < anomalies.size(); ++place) {
    anomalies[bed.test_set.samples[place]] = static_cast<double>(scores[last + place]);
  }
  return anomalies;
}

MethodWalk described(const Scoring& scoring, reduce::Merge merge, const KindMembers& kind) {
  MethodWalk walk;
  walk.method = scoring.method;
  walk.score = scoring.score;
  walk.merge = reduce::name_of(merge);
  walk.title = scoring.title;
  walk.family = scoring.family;
  walk.is_primary = scoring.is_primary && merge == scoring.merges.front();
  walk.requested = kind.requested;
  return walk;
}

double accuracy_of(const std::vector<double>& values, const TestBed& bed) {
  const auto classes = static_cast<std::ptrdiff_t>(bed.classes);
  std::size_t right = 0;
  for (std::size_t i = 0; i < bed.test_classes.size(); ++i) {
    if (bed.test_classes[i] < 0) continue;
    const auto row = values.begin() + static_cast<std::ptrdiff_t>(i) * classes;
    right += std::max_element(row, row + classes) - row == bed.test_classes[i] ? 1U : 0U;
  }
  return static_cast<double>(right) / static_cast<double>(bed.test_set.inliers);
}

std::vector<std::size_t> all_places(std::size_t samples) {
  std::vector<std::size_t> places(samples);
  std::iota(places.begin(), places.end(), std::size_t{0});
  return places;
}

/// What walks of one kind have in common.
class KindWalker {
 public:
  KindWalker(const comm::Communicator& world, const TestBed& bed, const KindMembers& kind,
             const config::Reduction& reduction, Console& console)
      : world_(world),
        bed_(bed),
        kind_(kind),
        console_(console),
        orders_(reduce::draw_orders(kind.intact.size(), static_cast<std::size_t>(reduction.draws),
                                    Seed{reduction.seed})) {}

  /// Every merge of one score, packed anew only where values have to be kept otherwise.
  void walk(const Scoring& scoring, KindWalks& result) {
    std::optional<reduce::PackedScores> packed;
    const bool wants_accuracy = result.inlier_accuracy.empty() && scoring.traits.classes > 1;
    for (const reduce::Merge merge : scoring.merges) {
      comm::together(world_, [&] {
        if (packed && packed->change_merge(merge)) return;
        packed.reset();  // before the next takes its room
        const bool is_first = merge == scoring.merges.front();
        packed.emplace(pack(scoring, merge, "test", bed_.test_set.samples,
                            [&](const std::vector<double>& values) {
                              if (!is_first || !wants_accuracy) return;
                              result.inlier_accuracy.push_back(accuracy_of(values, bed_));
                            }));
      });
      MethodWalk walk = described(scoring, merge, kind_);
      walk.walk = shared_walk(world_, *packed, bed_, orders_, scoring.title, console_);
      walk.walk.is_deterministic = scoring.is_deterministic;
      if (walk.is_primary && world_.is_root()) {
        std::vector<float> scores(packed->members() * packed->stride());
        packed->anomalies(gsl::make_span(orders_.data(), 1), scores);
        walk.anomalies = of_all_members(scores, *packed, bed_);
      }
      result.walks.push_back(std::move(walk));
    }
  }

  /// Divergence and error in one score.
  void walk_combined(const Scoring& divergence, const Scoring& error, KindWalks& result) {
    const reduce::Merge merge = divergence.merges.front();
    std::vector<reduce::PackedScores> parts;
    comm::together(world_, [&] {
      const auto validation = all_places(bed_.validation_samples);
      parts.push_back(pack(divergence, merge, "test", bed_.test_set.samples));
      parts.push_back(pack(error, reduce::Merge::mean, "test", bed_.test_set.samples));
      parts.push_back(pack(divergence, merge, "validation", validation));
      parts.push_back(pack(error, reduce::Merge::mean, "validation", validation));
    });
    const reduce::CombinedScores combined({&parts[0], &parts[1], &parts[2], &parts[3]});
    MethodWalk walk = described(divergence, merge, kind_);
    walk.score = walk.family = "combined";
    walk.title = "CL-VAE, combined";
    walk.walk = shared_walk(world_, combined, bed_, orders_, walk.title, console_);
    if (world_.is_root()) {
      std::vector<float> scores(combined.members() * combined.stride());
      combined.ranking_scores(gsl::make_span(orders_.data(), 1), scores);
      walk.anomalies = of_all_members(scores, combined, bed_);
    }
    result.walks.push_back(std::move(walk));
  }

 private:
  const comm::Communicator& world_;
  const TestBed& bed_;
  const KindMembers& kind_;
  Console& console_;
  Orders orders_;
};

}  // namespace

KindWalks walk_kind(const comm::Communicator& world, const store::Reader& reader,
                    const TestBed& bed, const KindMembers& kind, const config::Reduction& reduction,
                    Console& console) {
  constexpr std::size_t kFewestValidationSamples = 2;
  KindWalks result;
  result.members = kind;
  const std::vector<Scoring> scorings = scorings_of(world, reader, bed, kind, reduction);
  KindWalker walker(world, bed, kind, reduction, console);
  const Scoring* divergence = nullptr;
  const Scoring* error = nullptr;
  for (const Scoring& scoring : scorings) {
    walker.walk(scoring, result);
    if (!scoring.traits.higher_is_normal) error = &scoring;
    if (scoring.traits.higher_is_normal && scoring.is_primary) divergence = &scoring;
  }
  if (divergence != nullptr && error != nullptr) {
    if (bed.validation_samples >= kFewestValidationSamples) {
      walker.walk_combined(*divergence, *error, result);
    } else {
      console.event(
          "no combined score: it is scaled on validation inliers, which this run has none of");
    }
  }
  std::stable_partition(result.walks.begin(), result.walks.end(),
                        [](const MethodWalk& walk) { return walk.is_primary; });
  return result;
}

}  // namespace clvae::evaluate
