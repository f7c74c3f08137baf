#include "store/creation.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <unistd.h>

#include <fmt/format.h>

#include "hdf5/failures.hpp"
#include "hdf5/new_file.hpp"
#include "store/checks.hpp"
#include "store/items.hpp"
#include "store/rows.hpp"

namespace clvae::store {

namespace {

/// Members' numbers until they are committed: not a number as float32, and two of them as float64.
float pending_number() {
  constexpr std::uint32_t kBits = 0x7fffffff;
  float number = 0;
  std::memcpy(&number, &kBits, sizeof number);
  return number;
}

/// A dataset of the file to be, and its values; none where they stay what the file was filled with.
struct Filling {
  Item item;
  const void* values = nullptr;
};

KindExtents extents_of(const KindLayout& layout, const Contents& contents) {
  const std::size_t centres = layout.centres.empty() ? 0 : contents.inlier_classes.size();
  return {layout.members(), centres, layout.latent_dim, contents.max_attempts};
}

/// Values of what is not known yet, large enough for the largest kind.
struct Pending {
  explicit Pending(const Contents& contents)
      : config(hdf5::padded(contents.config, contents.config.size() + 1)),
        columns(hdf5::padded(contents.features.columns, contents.features.columns.size() + 1)) {
    std::size_t members = 0;
    for (const KindLayout& layout : contents.kinds) members = std::max(members, layout.members());
    provenance.resize(members);
    const std::size_t messages = members * contents.max_attempts * kAttemptMessageBytes;
    zeros.resize(std::max({members * sizeof(CommitRow), messages, kSessions * kSessionBytes}));
  }
  std::string config;
  std::string columns;
  std::vector<ProvenanceRow> provenance;
  std::vector<char> zeros;
};

/// All datasets, with pointers into `contents` and `pending`.
std::vector<Filling> fillings(const Contents& contents, const Pending& pending) {
  std::vector<Filling> all{{config_item(pending.config.size()), pending.config.data()}};
  for (const SampleTable& table : contents.parts) {
    const SampleItems items = sample_items(table.part, table.labels.size());
    all.push_back({items.labels, table.labels.data()});
    all.push_back({items.original_index, table.original_index.data()});
    all.push_back({items.original_split, table.original_split.data()});
    all.push_back({items.is_outlier, table.is_outlier.data()});
  }
  if (const FeatureTable& features = contents.features; !features.means.empty()) {
    const FeatureItems items = feature_items(pending.columns.size(), features.means.size());
    all.push_back({items.columns, pending.columns.data()});
    all.push_back({items.means, features.means.data()});
    all.push_back({items.deviations, features.deviations.data()});
  }
  for (const KindLayout& layout : contents.kinds) {
    KindItems items = kind_items(layout.kind, extents_of(layout, contents), layout.datasets);
    all.push_back({items.seeds, layout.seeds.data()});
    all.push_back({items.permutations, layout.permutations.data()});
    all.push_back({items.centres, layout.centres.data()});
    all.push_back({items.commits, pending.zeros.data()});
    for (Item& item : items.datasets) all.push_back({std::move(item), nullptr});
    all.push_back({items.provenance, pending.provenance.data()});
    all.push_back({items.attempt_messages, pending.zeros.data()});
  }
  all.push_back({sessions_item(), pending.zeros.data()});
  return all;
}

void describe_run(const hdf5::NewFile& file, const Contents& contents) {
  const hdf5::AttributeOwner root = file.root();
  write_attribute(root, "schema_version", std::int32_t{kSchemaVersion});
  write_attribute(root, "program", std::string("clvae"));
  write_attribute(root, "program_version", contents.program_version);
  write_attribute(root, "dataset_name", contents.dataset_name);
  write_attribute(root, "dataset_fingerprint", contents.dataset_fingerprint);
  write_attribute(root, "class_names", contents.class_names);
  write_attribute(root, "inlier_classes", contents.inlier_classes);
  write_attribute(root, "outlier_classes", contents.outlier_classes);
  if (!contents.image_shape.empty()) write_attribute(root, kImageShape, contents.image_shape);
  if (!contents.sample_type.empty()) write_attribute(root, kSampleType, contents.sample_type);
  write_attribute(root, kAttributeMeanings, root_attribute_meanings());
}

/// Every group of the file.
std::vector<GroupMeaning> groups_of(const Contents& contents) {
  std::vector<Kind> kinds;
  for (const KindLayout& layout : contents.kinds) kinds.push_back(layout.kind);
  return group_meanings(kinds, !contents.features.means.empty());
}

void describe_groups(const hdf5::NewFile& file, const Contents& contents) {
  for (const GroupMeaning& meaning : groups_of(contents)) {
    const hdf5::GroupHandle group = file.group(meaning.path);
    const hdf5::AttributeOwner owner{group.id(), file.path(), meaning.path};
    hdf5::write_attribute(owner, kGroupMeaning, meaning.text);
    const bool are_exact = contents.features.precision == FeaturePrecision::float64;
    if (meaning.path == kFeatureGroup && are_exact) {
      hdf5::write_attribute(owner, kPrecision, std::string(kFloat64));
    }
  }
}

void describe_kind(const hdf5::NewFile& file, const KindLayout& layout) {
  const std::string name = kind_group(layout.kind);
  const hdf5::GroupHandle group = file.group(name);
  hdf5::write_attribute({group.id(), file.path(), name}, "checksum_order",
                        names_of(layout.datasets));
}

/// Says where members come from, if from other runs.
void describe_origin(const hdf5::NewFile& file, const std::vector<std::string>& merged_from) {
  if (merged_from.empty()) return;
  const hdf5::GroupHandle group = file.group(kProvenanceGroup);
  hdf5::write_attribute({group.id(), file.path(), kProvenanceGroup}, kMergedFrom, merged_from);
}

}  // namespace

NewRunFile::NewRunFile(const std::string& path, const Contents& contents,
                       const std::function<void(const std::string&)>& warn)
    : temporary_(path + ".new") {
  hdf5::prepare_library();
  require_valid(path, contents);
  unlink(temporary_.path().c_str());  // what a kill left
  const std::string nothing_yet = hdf5::empty_file(temporary_.path());
  descriptor_ = Descriptor(temporary_.path(), O_RDWR | O_CREAT | O_EXCL);
  temporary_.own();
  // HDF5 can't close a file whose last writes fail, and then ends the process when MPI is
  // finalized. So the whole room is taken before HDF5 sees the file.
  descriptor_.occupy(size_needed(contents), pending_number(), warn);
  descriptor_.write_at_start(nothing_yet);

  hdf5::NewFile file(temporary_.path(), kAlignment);
  describe_run(file, contents);
  const Pending pending(contents);
  for (const Filling& filling : fillings(contents, pending)) {
    file.add(filling.item, axis_meanings(filling.item), filling.values);
  }
  describe_groups(file, contents);
  for (const KindLayout& layout : contents.kinds) describe_kind(file, layout);
  describe_origin(file, contents.merged_from);
  file.close();
}

void NewRunFile::move_to(const std::string& path) {
  descriptor_.sync_all();
  temporary_.move_to(path);
}

void NewRunFile::replace(const std::string& path) {
  descriptor_.take_mode_of(path);
  descriptor_.sync_all();
  temporary_.replace(path);
}

void create(const std::string& path, const Contents& contents,
            const std::function<void(const std::string&)>& warn) {
  require_absent(path);
  NewRunFile(path, contents, warn).move_to(path);
}

std::size_t size_needed(const Contents& contents) {
  // More than any disk has, where the sum is more than a number holds.
  constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  std::size_t bytes = (kParts.size() + 4 + 2 * contents.kinds.size()) * hdf5::kGroupOverhead;
  for (const std::string& text : contents.merged_from)
    bytes += hdf5::kDatasetOverhead + 2 * text.size();
  for (const GroupMeaning& group : groups_of(contents))
    bytes += hdf5::described_bytes({group.text});
  bytes += hdf5::described_bytes(root_attribute_meanings());
  for (const Filling& filling : fillings(contents, Pending(contents))) {
    const Item& item = filling.item;
    const std::size_t raw = hdf5::byte_count(item).value_or(kMost);
    bytes = std::min(kMost, bytes + hdf5::kDatasetOverhead + description_bytes(item));
    bytes += std::min(raw, kMost - bytes);
  }
  return bytes;
}

}  // namespace clvae::store
