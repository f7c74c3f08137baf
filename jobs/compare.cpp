#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "evaluate/findings.hpp"
#include "evaluate/test_bed.hpp"
#include "evaluate/walks.hpp"
#include "jobs.hpp"
#include "report/figures.hpp"

namespace clvae::jobs {

namespace {

/// A run that is compared.
struct Side {
  store::Reader reader;
  evaluate::TestBed bed;
};

void require_same_test_set(const store::Reader& first, const store::Reader& second) {
  const store::SampleTable one = first.samples("test");
  const store::SampleTable other = second.samples("test");
  const bool are_same = first.dataset_fingerprint() == second.dataset_fingerprint() &&
                        one.original_index == other.original_index &&
                        one.original_split == other.original_split &&
                        one.is_outlier == other.is_outlier;
  if (are_same) return;
  throw RunFileError(second.path(), "/test", "other test samples than in " + first.path(),
                     "the same: AUCs of other test sets or outliers can't be compared");
}

/// Whether each member has a twin in the other run that started from the same seed.
bool are_twins(const Side& first, const Side& second) {
  if (first.bed.kinds.size() != second.bed.kinds.size()) return false;
  for (std::size_t i = 0; i < first.bed.kinds.size(); ++i) {
    const evaluate::KindMembers& one = first.bed.kinds[i];
    const evaluate::KindMembers& other = second.bed.kinds[i];
    if (one.kind != other.kind || one.intact != other.intact) return false;
    const std::vector<std::uint64_t> seeds = first.reader.seeds(one.kind);
    const std::vector<std::uint64_t> other_seeds = second.reader.seeds(other.kind);
    const bool have_same_seeds = std::all_of(
        one.intact.begin(), one.intact.end(),
        [&](MemberIndex member) { return seeds[member.value()] == other_seeds[member.value()]; });
    if (!have_same_seeds) return false;
  }
  return true;
}

evaluate::RunWalks walk_run(const comm::Communicator& world, const Side& side,
                            const run::RunFolder& folder, const config::Reduction& reduction,
                            Console& console) {
  evaluate::RunWalks run{folder.path(), {}};
  for (const evaluate::KindMembers& kind : side.bed.kinds) {
    run.kinds.push_back(
        evaluate::walk_kind(world, side.reader, side.bed, kind, reduction, console));
  }
  return run;
}

/// One line for each method: the gain at the largest size.
std::string describe_gains(const report::Reduction& result, bool are_paired) {
  std::string text = fmt::format(
      "Gain in AUC, with its {:g} % interval ({}):\n", 100 * result.confidence,
      are_paired ? "within pairs of members with the same seed" : "members are not paired");
  for (const report::Comparison& gain : result.comparisons) {
    const reduce::ComparisonPoint& last = gain.rows.back();
    text += fmt::format("  {} over {}, size {}: {:+.4f} [{:+.4f}, {:+.4f}]\n",
                        result.curves[gain.first].title, result.curves[gain.second].title,
                        last.size, last.difference, last.lower, last.upper);
  }
  return text;
}

}  // namespace

void compare(const comm::Communicator& world, const std::vector<run::RunFolder>& folders,
             const config::Reduction& reduction, const std::string& output, Console& console) {
  std::vector<Side> sides;
  for (const run::RunFolder& folder : folders) {
    std::optional<store::Reader> reader;
    comm::together(world, [&] { reader.emplace(folder.run_file()); });
    evaluate::TestBed bed = evaluate::agreed_test_bed(world, *reader, console);
    sides.push_back({std::move(*reader), std::move(bed)});
  }
  bool are_paired = false;
  comm::together(world, [&] {
    require_same_test_set(sides[0].reader, sides[1].reader);
    are_paired = are_twins(sides[0], sides[1]);
  });
  const evaluate::RunWalks first = walk_run(world, sides[0], folders[0], reduction, console);
  const evaluate::RunWalks second = walk_run(world, sides[1], folders[1], reduction, console);
  comm::together(world, [&] {
    if (!world.is_root()) return;
    report::Reduction result =
        evaluate::describe_run(sides[0].reader, sides[0].bed, reduction.confidence);
    evaluate::add_gains(first, second,
                        are_paired ? reduce::Pairing::same_members : reduce::Pairing::other_members,
                        reduction.confidence, result);
    if (result.comparisons.empty()) throw UsageError("the runs have no method in common");
    console.event(describe_gains(result, are_paired));
    if (output.empty()) return;
    const run::RunFolder target(output);
    target.make();
    report::write_csv(result, target.curves_csv());
    report::write_comparisons_csv(result, target.comparisons_csv());
    report::plot_figure3({result}, target.path());
    console.event(fmt::format("tables and figure: {}, {}, {}/figure3.svg", target.curves_csv(),
                              target.comparisons_csv(), target.path()));
  });
}

}  // namespace clvae::jobs
