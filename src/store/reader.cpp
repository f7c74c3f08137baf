#include "store/reader.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/digest.hpp"
#include "core/nearest.hpp"
#include "hdf5/attributes.hpp"
#include "hdf5/file_view.hpp"
#include "store/checks.hpp"
#include "store/items.hpp"
#include "store/rows.hpp"

namespace clvae::store {

namespace {

/// What a record counts as whose bytes can't be one: done once, and its checksum fails.
constexpr CommitRecord kDamaged{MemberState::done, 0, 0, 0, 0};

/// One kind as the file describes it.
struct KindContents {
  Kind kind{};
  KindExtents extents;
  std::vector<MemberDataset> datasets;
  KindItems items;
};

}  // namespace

struct Reader::Impl {
  explicit Impl(const std::string& path) : view(view_of(path)) {
    check_identity();
    check_datasets();
  }

  void check_identity();
  void check_datasets();
  KindContents describe_kind(Kind kind) const;
  MemberDataset describe_dataset(Kind kind, const std::string& name) const;

  const KindContents& contents_of(Kind kind) const;
  void require_member(const KindContents& contents, MemberIndex member) const;
  SampleTable samples(const std::string& part) const;
  FeatureTable features() const;
  std::vector<CommitRecord> commits(const KindContents& contents) const;
  CommitRow commit_row(const KindContents& contents, MemberIndex member) const;
  /// Of the member's slabs, as they are.
  std::uint64_t checksum(const KindContents& contents, MemberIndex member) const;
  template <class Value>
  std::vector<Value> slab(Kind kind, MemberIndex member, const std::string& name,
                          const hdf5::Element& element) const;

  hdf5::FileView view;
  std::vector<std::string> class_names;
  std::vector<std::int32_t> inlier_classes;
  std::vector<std::int32_t> outlier_classes;
  std::size_t config_bytes = 0;
  std::vector<KindContents> kinds;
};

void Reader::Impl::check_identity() {
  const hdf5::AttributeOwner root = view.root();
  const std::string program = read_text(root, "program");
  if (program != "clvae") {
    throw RunFileError(view.path(), "attribute program", "\"" + program + "\"", "\"clvae\"");
  }
  const std::int32_t version = read_int(root, "schema_version");
  if (version != kSchemaVersion) {
    throw RunFileError(view.path(), "attribute schema_version", fmt::format("{}", version),
                       fmt::format("{}, the version that this program reads", kSchemaVersion));
  }
  for (const char* name : {"program_version", "dataset_name", "dataset_fingerprint"}) {
    read_text(root, name);
  }
  class_names = read_texts(root, "class_names");
  inlier_classes = read_ints(root, "inlier_classes");
  outlier_classes = read_ints(root, "outlier_classes");
  require_classes(view.path(), inlier_classes, outlier_classes, class_names.size());
}

void Reader::Impl::check_datasets() {
  config_bytes = view.text_bytes("/config");
  view.require(config_item(config_bytes));
  view.require(sessions_item());
  for (const std::string& part : kParts)
    require_valid(view.path(), samples(part), class_names.size());
  features();
  for (const std::string& name : view.members_of("/members")) {
    const std::optional<Kind> kind = kind_named(name);
    if (!kind) {
      throw RunFileError(view.path(), "/members/" + name, "an unknown kind", "a kind of model");
    }
    kinds.push_back(describe_kind(*kind));
  }
  if (kinds.empty()) throw RunFileError(view.path(), "/members", "no kind", "one or more");
  std::sort(kinds.begin(), kinds.end(),
            [](const auto& a, const auto& b) { return a.kind < b.kind; });
}

MemberDataset Reader::Impl::describe_dataset(Kind kind, const std::string& name) const {
  const std::string path = kind_group(kind) + "/" + name;
  const std::vector<std::size_t> shape = view.shape(path);
  const hdf5::DatasetHandle dataset = view.open(path);
  const hdf5::AttributeOwner owner{dataset.id(), view.path(), path};
  MemberDataset described;
  described.name = name;
  described.axes = read_texts(owner, "axes");
  described.unit = read_text(owner, "unit");
  described.meaning = read_text(owner, "meaning");
  if (view.has_type(path, hdf5::number(hdf5::ElementType::float64)))
    described.precision = Precision::exact;
  if (shape.empty() || described.axes.size() != shape.size()) {
    throw RunFileError(
        view.path(), path,
        fmt::format("{} axes of shape {}", described.axes.size(), hdf5::describe(shape)),
        "one axis for each extent, the first for members");
  }
  described.slab_shape.assign(shape.begin() + 1, shape.end());
  described.axes.erase(described.axes.begin());
  return described;
}

KindContents Reader::Impl::describe_kind(Kind kind) const {
  KindContents contents;
  contents.kind = kind;
  const std::string group = kind_group(kind);
  for (const std::string& name : view.group_texts(group, "checksum_order")) {
    contents.datasets.push_back(describe_dataset(kind, name));
  }
  const std::vector<std::size_t> centres = view.shape(group + "/centres", 2);
  contents.extents = {view.shape(group + "/seeds", 1)[0],
                      centres[0] == 0 ? 0 : inlier_classes.size(), centres[1],
                      view.shape(kind_provenance_group(kind) + "/attempt_messages", 2)[1]};
  if (contents.extents.members == 0 || contents.extents.max_attempts == 0) {
    throw RunFileError(view.path(), group,
                       fmt::format("{} members with {} attempts", contents.extents.members,
                                   contents.extents.max_attempts),
                       "one or more of each");
  }
  contents.items = kind_items(kind, contents.extents, contents.datasets);
  const KindItems& items = contents.items;
  for (const Item* item : {&items.seeds, &items.permutations, &items.centres, &items.commits,
                           &items.provenance, &items.attempt_messages}) {
    view.require(*item);
  }
  for (const Item& item : items.datasets) view.require(item);
  require_permutations(view.path(), items.permutations.path,
                       view.read<std::int32_t>(items.permutations), inlier_classes.size());
  commits(contents);
  return contents;
}

const KindContents& Reader::Impl::contents_of(Kind kind) const {
  for (const KindContents& contents : kinds) {
    if (contents.kind == kind) return contents;
  }
  throw RunFileError(view.path(), kind_group(kind), "nothing",
                     fmt::format("members of kind {}", name_of(kind)));
}

void Reader::Impl::require_member(const KindContents& contents, MemberIndex member) const {
  if (member.value() < contents.extents.members) return;
  throw RunFileError(view.path(), kind_group(contents.kind),
                     fmt::format("{} members", contents.extents.members),
                     fmt::format("a member {}", member.value()));
}

SampleTable Reader::Impl::samples(const std::string& part) const {
  const SampleItems items = sample_items(part, view.shape("/" + part + "/labels", 1)[0]);
  for (const Item* item :
       {&items.labels, &items.original_index, &items.original_split, &items.is_outlier}) {
    view.require(*item);
  }
  return {part, view.read<std::int32_t>(items.labels),
          view.read<std::int64_t>(items.original_index),
          view.read<std::uint8_t>(items.original_split), view.read<std::uint8_t>(items.is_outlier)};
}

FeatureTable Reader::Impl::features() const {
  const std::vector<std::string> groups = view.members_of("/");
  if (std::find(groups.begin(), groups.end(), "features") == groups.end()) return {};
  const std::string group = kFeatureGroup;
  const FeatureItems items =
      feature_items(view.text_bytes(group + "/columns"), view.shape(group + "/means", 1)[0]);
  for (const Item* item : {&items.columns, &items.means, &items.deviations}) view.require(*item);
  FeatureTable table{view.texts(items.columns).front(), view.read<double>(items.means),
                     view.read<double>(items.deviations), FeaturePrecision::float32};
  if (!view.has_attribute(group, kPrecision)) return table;  // of an earlier version
  const std::string precision = view.group_text(group, kPrecision);
  if (precision != kFloat64) {
    throw RunFileError(view.path(), group + " attribute " + kPrecision, precision, kFloat64);
  }
  table.precision = FeaturePrecision::float64;
  return table;
}

std::vector<CommitRecord> Reader::Impl::commits(const KindContents& contents) const {
  std::vector<CommitRecord> records;
  for (const CommitRow& row : view.read<CommitRow>(contents.items.commits)) {
    records.push_back(is_known_state(row.state) ? from_row(row) : kDamaged);
  }
  return records;
}

CommitRow Reader::Impl::commit_row(const KindContents& contents, MemberIndex member) const {
  return view.read_row<CommitRow>(contents.items.commits, member.value()).front();
}

std::uint64_t Reader::Impl::checksum(const KindContents& contents, MemberIndex member) const {
  Digest digest;
  for (const Item& item : contents.items.datasets) {
    const auto bytes = view.read_row<char>(item, member.value());
    digest.add(bytes.data(), bytes.size());
  }
  return digest.value64();
}

template <class Value>
std::vector<Value> Reader::Impl::slab(Kind kind, MemberIndex member, const std::string& name,
                                      const hdf5::Element& element) const {
  const KindContents& contents = contents_of(kind);
  require_member(contents, member);
  const std::string path = kind_group(kind) + "/" + name;
  const auto& items = contents.items.datasets;
  const auto item = std::find_if(items.begin(), items.end(),
                                 [&](const Item& candidate) { return candidate.path == path; });
  if (item == items.end()) {
    throw RunFileError(view.path(), path, "nothing",
                       "one of " + joined(names_of(contents.datasets)));
  }
  if (item->element.type != element.type) {
    throw RunFileError(view.path(), path, hdf5::describe(*item),
                       hdf5::describe({path, element, item->shape, {}, "", ""}));
  }
  return view.read_row<Value>(*item, member.value());
}

Reader::Reader(const std::string& path) : impl_(std::make_unique<Impl>(path)) {}
Reader::~Reader() = default;
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;

const std::string& Reader::path() const { return impl_->view.path(); }

std::string Reader::config() const {
  return impl_->view.texts(config_item(impl_->config_bytes)).front();
}

std::string Reader::program_version() const {
  return read_text(impl_->view.root(), "program_version");
}

std::string Reader::dataset_name() const { return read_text(impl_->view.root(), "dataset_name"); }

std::string Reader::dataset_fingerprint() const {
  return read_text(impl_->view.root(), "dataset_fingerprint");
}

FeatureTable Reader::features() const { return impl_->features(); }
std::vector<std::string> Reader::class_names() const { return impl_->class_names; }
std::vector<std::int32_t> Reader::inlier_classes() const { return impl_->inlier_classes; }
std::vector<std::int32_t> Reader::outlier_classes() const { return impl_->outlier_classes; }

std::vector<std::int32_t> Reader::image_shape() const {
  if (!impl_->view.has_attribute("/", kImageShape)) return {};
  std::vector<std::int32_t> shape = read_ints(impl_->view.root(), kImageShape);
  if (shape.size() == 3 && *std::min_element(shape.begin(), shape.end()) > 0) return shape;
  throw RunFileError(path(), fmt::format("attribute {}", kImageShape),
                     fmt::format("{} numbers, or one that is not positive", shape.size()),
                     "channels, height and width");
}

std::string Reader::sample_type() const {
  if (!impl_->view.has_attribute("/", kSampleType)) return {};
  const std::string type = read_text(impl_->view.root(), kSampleType);
  if (type == kBytes || type == kIntensities || type == kFeatures) return type;
  throw RunFileError(path(), fmt::format("attribute {}", kSampleType), type,
                     fmt::format("{}, {} or {}", kBytes, kIntensities, kFeatures));
}

std::vector<std::string> Reader::sessions() const {
  std::vector<std::string> texts = impl_->view.texts(sessions_item());
  texts.erase(std::remove(texts.begin(), texts.end(), std::string()), texts.end());
  return texts;
}

std::vector<std::string> Reader::merged_from() const {
  if (!impl_->view.has_attribute(kProvenanceGroup, kMergedFrom)) return {};
  return impl_->view.group_texts(kProvenanceGroup, kMergedFrom);
}

Contents Reader::contents() const {
  Contents contents;
  contents.config = config();
  contents.program_version = program_version();
  contents.dataset_name = dataset_name();
  contents.dataset_fingerprint = dataset_fingerprint();
  contents.class_names = impl_->class_names;
  contents.inlier_classes = impl_->inlier_classes;
  contents.outlier_classes = impl_->outlier_classes;
  contents.image_shape = image_shape();
  contents.sample_type = sample_type();
  for (const std::string& part : kParts) contents.parts.push_back(impl_->samples(part));
  for (const KindContents& kind : impl_->kinds) {
    contents.kinds.push_back({kind.kind, seeds(kind.kind), permutations(kind.kind),
                              centres(kind.kind), kind.extents.latent_dim, kind.datasets});
    contents.max_attempts = std::max(contents.max_attempts, kind.extents.max_attempts);
  }
  contents.features = impl_->features();
  contents.merged_from = merged_from();
  return contents;
}

std::vector<Kind> Reader::kinds() const {
  std::vector<Kind> kinds;
  for (const KindContents& contents : impl_->kinds) kinds.push_back(contents.kind);
  return kinds;
}

SampleTable Reader::samples(const std::string& part) const {
  if (std::find(kParts.begin(), kParts.end(), part) == kParts.end()) {
    throw RunFileError(path(), "/" + part, "nothing", "train, validation or test");
  }
  return impl_->samples(part);
}

KindSummary Reader::summary(Kind kind) const {
  const KindContents& contents = impl_->contents_of(kind);
  KindSummary summary;
  summary.kind = kind;
  summary.members = contents.extents.members;
  summary.latent_dim = contents.extents.latent_dim;
  summary.commits = impl_->commits(contents);
  for (const auto& row : impl_->view.read<ProvenanceRow>(contents.items.provenance)) {
    summary.provenance.push_back(from_row(row));
  }
  const std::vector<std::string> messages = impl_->view.texts(contents.items.attempt_messages);
  const auto attempts = static_cast<std::ptrdiff_t>(contents.extents.max_attempts);
  for (auto row = messages.begin(); row != messages.end(); row += attempts) {
    summary.attempt_messages.emplace_back(row, row + attempts);
  }
  return summary;
}

std::vector<std::uint64_t> Reader::seeds(Kind kind) const {
  return impl_->view.read<std::uint64_t>(impl_->contents_of(kind).items.seeds);
}

std::vector<std::int32_t> Reader::permutations(Kind kind) const {
  return impl_->view.read<std::int32_t>(impl_->contents_of(kind).items.permutations);
}

std::vector<double> Reader::centres(Kind kind) const {
  return impl_->view.read<double>(impl_->contents_of(kind).items.centres);
}

std::vector<MemberDataset> Reader::datasets(Kind kind) const {
  return impl_->contents_of(kind).datasets;
}

bool Reader::has_dataset(Kind kind, const std::string& name) const {
  const auto& datasets = impl_->contents_of(kind).datasets;
  return std::any_of(datasets.begin(), datasets.end(),
                     [&](const MemberDataset& dataset) { return dataset.name == name; });
}

std::vector<float> Reader::slab(Kind kind, MemberIndex member, const std::string& name) const {
  return impl_->slab<float>(kind, member, name, hdf5::number(hdf5::ElementType::float32));
}

std::vector<double> Reader::exact_slab(Kind kind, MemberIndex member,
                                       const std::string& name) const {
  return impl_->slab<double>(kind, member, name, hdf5::number(hdf5::ElementType::float64));
}

bool Reader::is_intact(Kind kind, MemberIndex member) const {
  const KindContents& contents = impl_->contents_of(kind);
  impl_->require_member(contents, member);
  const CommitRow row = impl_->commit_row(contents, member);
  if (!is_known_state(row.state)) return false;
  const CommitRecord record = from_row(row);
  return record.state == MemberState::done && impl_->checksum(contents, member) == record.checksum;
}

std::string Reader::damage_of(Kind kind, MemberIndex member) const {
  if (is_intact(kind, member)) return {};
  const KindContents& contents = impl_->contents_of(kind);
  const CommitRow row = impl_->commit_row(contents, member);
  const std::string& records = contents.items.commits.path;
  if (!is_known_state(row.state)) return fmt::format("{} holds the state {}", records, row.state);
  if (from_row(row).state != MemberState::done) return {};
  return fmt::format("{} have not the checksum that {} holds", joined(names_of(contents.datasets)),
                     records);
}

}  // namespace clvae::store
