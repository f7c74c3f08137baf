#include "evaluate/outside_members.hpp"

#include <cstring>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "methods/architecture.hpp"
#include "methods/method.hpp"
#include "run/stop_signals.hpp"

namespace clvae::evaluate {

namespace {

/// Statements as bytes: of each quantity its number, how many values, and the values.
std::string packed_statements(const methods::Statements& statements) {
  std::string bytes;
  const auto add = [&](const void* begin, std::size_t size) {
    bytes.append(static_cast<const char*>(begin), size);
  };
  for (const auto& [quantity, values] : statements) {
    const auto number = static_cast<std::uint64_t>(quantity);
    const std::uint64_t count = values.size();
    add(&number, sizeof(number));
    add(&count, sizeof(count));
    add(values.data(), count * sizeof(float));
  }
  return bytes;
}

methods::Statements unpacked_statements(const std::string& bytes) {
  methods::Statements statements;
  std::size_t place = 0;
  const auto take = [&](void* begin, std::size_t size) {
    std::memcpy(begin, bytes.data() + place, size);
    place += size;
  };
  while (place < bytes.size()) {
    std::uint64_t number = 0;
    std::uint64_t count = 0;
    take(&number, sizeof(number));
    take(&count, sizeof(count));
    std::vector<float>& values = statements[static_cast<reduce::Quantity>(number)];
    values.resize(count);
    if (count != 0) take(values.data(), count * sizeof(float));
  }
  return statements;
}

}  // namespace

TestBed with_outliers(const TestBed& run, const std::optional<std::size_t>& inliers,
                      std::size_t outliers) {
  TestBed bed = run;
  bed.test = store::SampleTable();
  bed.test.part = run.test.part;
  bed.test_classes.clear();
  const auto add = [&](std::int32_t label, std::int64_t index, std::uint8_t split, bool is_outlier,
                       std::int32_t inlier_class) {
    bed.test.labels.push_back(label);
    bed.test.original_index.push_back(index);
    bed.test.original_split.push_back(split);
    bed.test.is_outlier.push_back(is_outlier ? 1 : 0);
    bed.test_classes.push_back(inlier_class);
  };
  const auto add_from_elsewhere = [&](std::size_t count, bool are_outliers) {
    for (std::size_t i = 0; i < count; ++i) {
      add(-1, static_cast<std::int64_t>(i), 1, are_outliers, -1);
    }
  };
  if (inliers) add_from_elsewhere(*inliers, false);
  for (std::size_t i = 0; i < run.test.labels.size() && !inliers; ++i) {
    if (run.test.is_outlier[i] != 0) continue;
    add(run.test.labels[i], run.test.original_index[i], run.test.original_split[i], false,
        run.test_classes[i]);
  }
  add_from_elsewhere(outliers, true);
  bed.test_set = reduce::test_set_of(bed.test.is_outlier);
  return bed;
}

std::vector<methods::Statements> statements_of(const comm::Communicator& world,
                                               const store::Reader& reader,
                                               const config::Config& config,
                                               const data::ImageShape& shape,
                                               const KindMembers& kind, const Values& samples,
                                               const std::string& device, Console& console) {
  const methods::Method& method = methods::method_of(kind.kind);
  const auto ranks = static_cast<std::size_t>(world.size());
  const auto rank = static_cast<std::size_t>(world.rank().value());
  std::vector<methods::Statements> statements;
  for (std::size_t first = 0; first < kind.intact.size(); first += ranks) {
    std::string own;
    comm::together(world, [&] {
      if (const char* signal = run::StopSignals::arrived()) {
        throw InterruptedError(fmt::format("{} came while members looked at the data", signal));
      }
      if (first + rank >= kind.intact.size()) return;
      const MemberIndex member = kind.intact[first + rank];
      const methods::TrainedMember trained{
          methods::architecture_of(config, shape), static_cast<int>(reader.inlier_classes().size()),
          method.device_for(device),
          [&](const char* dataset) { return reader.slab(kind.kind, member, dataset); }};
      own = packed_statements(method.statements(trained, samples));
    });
    for (const std::string& bytes : world.all_gather(own)) {
      if (!bytes.empty()) statements.push_back(unpacked_statements(bytes));
    }
    console.live(fmt::format("{} of {} {} members have looked at it", statements.size(),
                             kind.intact.size(), title_of(kind.kind)));
  }
  console.end_live();
  return statements;
}

std::vector<float> OutsideMembers::values(std::size_t member, reduce::Reading reading) const {
  if (reading.part != reduce::Part::test) return run_.values(member, reading);
  const auto said = [&](const std::vector<methods::Statements>& side) -> const std::vector<float>& {
    const auto found = side.at(member).find(reading.quantity);
    if (found != side.at(member).end()) return found->second;
    throw RunError("a score reads what no member says of other samples");
  };
  std::vector<float> values =
      sides_.inliers != nullptr ? said(*sides_.inliers) : of_own_inliers(member, reading);
  const std::vector<float>& outliers = said(*sides_.outliers);
  values.insert(values.end(), outliers.begin(), outliers.end());
  return values;
}

std::vector<float> OutsideMembers::of_own_inliers(std::size_t member,
                                                  reduce::Reading reading) const {
  const std::vector<float> all = run_.values(member, reading);
  const std::size_t width = all.size() / is_outlier_.size();
  std::vector<float> values;
  for (std::size_t i = 0; i < is_outlier_.size(); ++i) {
    if (is_outlier_[i] != 0) continue;
    const auto row = all.begin() + static_cast<std::ptrdiff_t>(i * width);
    values.insert(values.end(), row, row + static_cast<std::ptrdiff_t>(width));
  }
  return values;
}

}  // namespace clvae::evaluate
