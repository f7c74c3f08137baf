#include "evaluate/walks.hpp"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "evaluate/stored_members.hpp"
#include "reduce/merged_classes.hpp"
#include "run/stop_signals.hpp"

namespace clvae::evaluate {

namespace {

using Orders = std::vector<reduce::Order>;

/// Walks with all ranks. Collective. \return on rank 0, nothing elsewhere
reduce::Walk shared_walk(const comm::Communicator& world, const reduce::ScoredMembers& scored,
                         const TestBed& bed, const Orders& all_orders, const std::string& title,
                         Console& console) {
  const Orders orders = reduce::orders_of(scored, all_orders);
  const reduce::Sharing sharing{static_cast<std::size_t>(world.rank().value()),
                                static_cast<std::size_t>(world.size())};
  reduce::WalkShare share;
  comm::together(world, [&] {
    share = reduce::walk_share(
        scored, bed.test_set, orders, sharing, [&](std::size_t done, std::size_t all) {
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
  reduce::Walk walk =
      reduce::assemble(orders, bed.test_set, rows, placements, reduce::measured_sizes(scored));
  walk.is_joint = scored.is_joint();
  return walk;
}

/// Scores of all members together in the order of the samples.
std::vector<double> in_order_of_samples(const std::vector<float>& scores, const TestBed& bed) {
  std::vector<double> anomalies(scores.size());
  for (std::size_t place = 0; place < scores.size(); ++place) {
    anomalies[bed.test_set.samples[place]] = static_cast<double>(scores[place]);
  }
  return anomalies;
}

/// The score and the merge that figures show, where members can be scored or merged in several
/// ways.
struct Primary {
  const reduce::Score* score;
  reduce::Merge merge;
};

/// Whether figures show the score: of a family of variants one, the others are in tables alone.
bool is_shown(const reduce::Score& score, const Primary& primary) {
  if (!score.can_be_primary) return true;
  if (score.family.name == primary.score->family.name) return &score == primary.score;
  const auto& table = reduce::score_table();
  const auto first = std::find_if(table.begin(), table.end(), [&](const reduce::Score& other) {
    return other.family.name == score.family.name;
  });
  return &*first == &score;
}

/// The merges of a score, the one that figures show first.
std::vector<reduce::Merge> merges_of(const reduce::Score& score, const Primary& primary) {
  if (score.has_primary_merge_only) return {primary.score->merge_in_use(primary.merge)};
  std::vector<reduce::Merge> merges = score.merges;
  const auto first = std::find(merges.begin(), merges.end(), primary.merge);
  if (first != merges.end()) std::rotate(merges.begin(), first, first + 1);
  return merges;
}

MethodWalk described(const reduce::Score& score, const KindMembers& kind, const Primary& primary) {
  MethodWalk walk;
  walk.method = kind.name();
  walk.score = score.name;
  walk.family = score.family.name;
  walk.is_primary = is_shown(score, primary);
  const std::string_view title = walk.is_primary ? score.family.title : score.title;
  walk.title = fmt::format("{}, {}", title_of(kind.kind), title);
  walk.requested = kind.requested;
  return walk;
}

/// What walks of one kind have in common.
class KindWalker {
 public:
  KindWalker(const comm::Communicator& world, const RunMembers& members, const TestBed& bed,
             const KindMembers& kind, const config::Reduction& reduction, Console& console)
      : world_(world),
        members_(members),
        bed_(bed),
        kind_(kind),
        // The loader allows no other words.
        primary_{reduce::score_named(reduction.score), *reduce::merge_named(reduction.merge)},
        console_(console),
        orders_(reduce::draw_orders(kind.intact.size(), static_cast<std::size_t>(reduction.draws),
                                    Seed{reduction.seed})) {}

  /// Every merge of one score; members are scored anew only where they have to be kept otherwise.
  void walk(const reduce::Score& score, KindWalks& result) const {
    std::unique_ptr<reduce::ScoredMembers> scored;
    const std::vector<reduce::Merge> merges = merges_of(score, primary_);
    for (const reduce::Merge merge : merges) {
      comm::together(world_, [&] {
        if (scored && scored->change_merge(merge)) return;
        scored.reset();  // before the next takes its room
        scored = score.make(members_, {merge, reduce::Part::test, primary_.score});
      });
      MethodWalk walk = described(score, kind_, primary_);
      walk.merge = reduce::name_of(merge);
      walk.is_primary = walk.is_primary && merge == merges.front();
      walk.walk = shared_walk(world_, *scored, bed_, orders_, walk.title, console_);
      walk.walk.is_deterministic = !is_random(kind_.kind);
      if (world_.is_root()) {
        walk.anomalies =
            in_order_of_samples(reduce::anomalies_of_all(*scored, orders_.front()), bed_);
      }
      result.walks.push_back(std::move(walk));
    }
  }

  /// By what a score says of the classes. \return [members]
  std::vector<double> inlier_accuracy(const reduce::Score& score) const {
    std::vector<double> shares;
    for (std::size_t member = 0; member < members_.members(); ++member) {
      shares.push_back(reduce::inlier_accuracy(score.values(members_, member, reduce::Part::test),
                                               bed_.test_classes, members_.classes()));
    }
    return shares;
  }

 private:
  const comm::Communicator& world_;
  const RunMembers& members_;
  const TestBed& bed_;
  const KindMembers& kind_;
  Primary primary_;
  Console& console_;
  Orders orders_;
};

}  // namespace

KindWalks walk_kind(const comm::Communicator& world, const store::Reader& reader,
                    const TestBed& bed, const KindMembers& kind, const config::Reduction& reduction,
                    Console& console) {
  return walk_kind(world, StoredMembers(world, reader, bed, kind), bed, kind, reduction, console);
}

KindWalks walk_kind(const comm::Communicator& world, const RunMembers& members, const TestBed& bed,
                    const KindMembers& kind, const config::Reduction& reduction, Console& console) {
  KindWalks result;
  result.members = kind;
  const KindWalker walker(world, members, bed, kind, reduction, console);
  for (const reduce::Score& score : reduce::score_table()) {
    if (!members.have(score)) {
      if (const auto reason = members.lack(score)) {
        console.event(fmt::format("no {} score: {}", score.title, *reason));
      }
      continue;
    }
    if (bed.validation_samples < score.validation_inliers) {
      console.event(fmt::format("no {} score: {}, which this run has none of", score.title,
                                score.validation_use));
      continue;
    }
    walker.walk(score, result);
    comm::together(world, [&] {
      const bool is_asked = world.is_root() && result.inlier_accuracy.empty();
      if (!is_asked || !score.values || !score.knows_classes) return;
      result.inlier_accuracy = walker.inlier_accuracy(score);
    });
  }
  const auto shown_end =
      std::stable_partition(result.walks.begin(), result.walks.end(),
                            [](const MethodWalk& walk) { return walk.is_primary; });
  std::stable_partition(result.walks.begin(), shown_end,
                        [&](const MethodWalk& walk) { return walk.score == reduction.score; });
  return result;
}

}  // namespace clvae::evaluate
