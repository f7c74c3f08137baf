#include "evaluate/test_bed.hpp"

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/split.hpp"
#include "run/run_file.hpp"

namespace clvae::evaluate {

namespace {

/// Inlier index of each test sample, -1 for outliers.
std::vector<std::int32_t> classes_of_test(const store::SampleTable& test,
                                          const std::vector<int>& inliers) {
  std::vector<std::int32_t> inlier_labels;
  for (std::size_t i = 0; i < test.labels.size(); ++i) {
    if (test.is_outlier[i] == 0) inlier_labels.push_back(test.labels[i]);
  }
  const std::vector<std::int32_t> indices = data::inlier_indices(inlier_labels, inliers);
  std::vector<std::int32_t> classes(test.labels.size(), -1);
  std::size_t next = 0;
  for (std::size_t i = 0; i < classes.size(); ++i) {
    if (test.is_outlier[i] == 0) classes[i] = indices[next++];
  }
  return classes;
}

TestBed read_samples(const store::Reader& reader) {
  TestBed bed;
  const std::vector<std::int32_t> stored = reader.inlier_classes();
  const std::vector<int> inliers(stored.begin(), stored.end());
  bed.classes = static_cast<int>(inliers.size());
  bed.test = reader.samples("test");
  bed.test_set = reduce::test_set_of(bed.test.is_outlier);
  bed.train_classes = data::inlier_indices(reader.samples("train").labels, inliers);
  bed.test_classes = classes_of_test(bed.test, inliers);
  bed.validation_samples = reader.samples("validation").labels.size();
  return bed;
}

void warn_of_missing(const store::KindSummary& summary, std::size_t achieved, Console& console) {
  if (achieved == summary.members) return;
  std::size_t failed = 0;
  for (const auto& record : summary.commits) {
    failed += record.state == store::MemberState::failed ? 1U : 0U;
  }
  console.warning(fmt::format("{}: {} of {} members are done ({} failed): its curves end there",
                              name_of(summary.kind), achieved, summary.members, failed));
}

}  // namespace

TestBed agreed_test_bed(const comm::Communicator& world, const store::Reader& reader,
                        Console& console) {
  TestBed bed;
  std::vector<Kind> kinds;
  comm::together(world, [&] {
    bed = read_samples(reader);
    kinds = reader.kinds();
  });
  std::size_t requested = 0;
  for (const Kind kind : kinds) {
    const std::vector<bool> intact = run::intact_members(world, reader, kind);
    KindMembers members;
    members.kind = kind;
    members.requested = intact.size();
    requested += intact.size();
    for (std::uint32_t member = 0; member < intact.size(); ++member) {
      if (intact[member]) members.intact.emplace_back(member);
    }
    comm::together(world,
                   [&] { warn_of_missing(reader.summary(kind), members.intact.size(), console); });
    if (!members.intact.empty()) bed.kinds.push_back(std::move(members));
  }
  comm::together(world, [&] {
    if (!bed.kinds.empty()) return;
    throw RunError(
        fmt::format("{}: none of {} members is done, so there is nothing to reduce; clvae info "
                    "tells why",
                    reader.path(), requested));
  });
  return bed;
}

}  // namespace clvae::evaluate
