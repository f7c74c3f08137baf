#include "store/writer.hpp"

#include <algorithm>
#include <exception>
#include <fcntl.h>
#include <optional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/digest.hpp"
#include "core/nearest.hpp"
#include "hdf5/failures.hpp"
#include "hdf5/shared_file.hpp"
#include "store/agreement.hpp"
#include "store/disk.hpp"
#include "store/items.hpp"
#include "store/reader.hpp"
#include "store/rows.hpp"

namespace clvae::store {

namespace {

/// A slab's values as they lie in memory and in the file.
struct SlabBytes {
  const void* values = nullptr;
  std::size_t bytes = 0;
};

template <class Value>
SlabBytes bytes_of(gsl::span<const Value> values) {
  return {values.data(), values.size_bytes()};
}

Precision precision_of(const Slab& slab) {
  return std::holds_alternative<gsl::span<const double>>(slab.values) ? Precision::exact
                                                                      : Precision::single;
}

std::size_t size_of(const Slab& slab) {
  return std::visit([](const auto& values) { return values.size(); }, slab.values);
}

/// The datasets that members of one kind are written to.
struct OpenKind {
  Kind kind{};
  KindExtents extents;                   ///< members and attempts; the others don't matter here
  std::vector<MemberDataset> described;  ///< in checksum order
  std::vector<hdf5::OpenItem> datasets;  ///< in checksum order
  hdf5::OpenItem commits;
  hdf5::OpenItem provenance;
  hdf5::OpenItem attempt_messages;
};

}  // namespace

struct Writer::Impl {
  Impl(const std::string& file_path, MPI_Comm communicator);
  ~Impl();
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  OpenKind open_kind(const KindSummary& summary, std::vector<MemberDataset> described) const;
  const OpenKind& kind_with(Kind kind, MemberIndex member) const;
  std::vector<SlabBytes> in_order(const OpenKind& kind, const std::vector<Slab>& slabs) const;
  void write_record(const OpenKind& kind, MemberIndex member, const CommitRecord& record) const;
  std::size_t free_session() const;
  void close();

  std::string path;
  int exceptions_at_birth = std::uncaught_exceptions();
  Descriptor descriptor;
  hdf5::RowFile file;
  std::vector<OpenKind> kinds;
  hdf5::OpenItem sessions;
};

Writer::Impl::Impl(const std::string& file_path, MPI_Comm communicator) : path(file_path) {
  hdf5::prepare_library();
  std::optional<Reader> reader;
  agree(communicator, path, [&] {
    reader.emplace(path);
    descriptor = Descriptor(path, O_RDWR);
  });
  try {
    agree(communicator, path, [&] {
      file = hdf5::open_shared(path, communicator);
      for (const Kind kind : reader->kinds()) {
        kinds.push_back(open_kind(reader->summary(kind), reader->datasets(kind)));
      }
      sessions = file.open(sessions_item());
    });
  } catch (...) {
    file.abandon();  // H5Fclose would wait for the rank that has no open file
    throw;
  }
}

Writer::Impl::~Impl() {
  if (std::uncaught_exceptions() > exceptions_at_birth) {
    file.abandon();  // the other ranks may never come to H5Fclose
    return;
  }
  try {
    close();
  } catch (const Error&) {  // all commits are on the disk; whoever wants to know calls close()
  }
}

OpenKind Writer::Impl::open_kind(const KindSummary& summary,
                                 std::vector<MemberDataset> described) const {
  KindExtents extents;
  extents.members = summary.members;
  extents.max_attempts = summary.attempt_messages.front().size();
  KindItems items = kind_items(summary.kind, extents, described);
  OpenKind kind;
  kind.kind = summary.kind;
  kind.extents = extents;
  kind.described = std::move(described);
  for (Item& item : items.datasets) kind.datasets.push_back(file.open(std::move(item)));
  kind.commits = file.open(std::move(items.commits));
  kind.provenance = file.open(std::move(items.provenance));
  kind.attempt_messages = file.open(std::move(items.attempt_messages));
  return kind;
}

const OpenKind& Writer::Impl::kind_with(Kind kind, MemberIndex member) const {
  const auto found = std::find_if(kinds.begin(), kinds.end(), [&](const OpenKind& open_kind) {
    return open_kind.kind == kind;
  });
  const std::size_t members = found == kinds.end() ? 0 : found->extents.members;
  if (member.value() >= members) {
    throw RunFileError(path, kind_group(kind), fmt::format("{} members", members),
                       fmt::format("a member {}", member.value()));
  }
  return *found;
}

std::vector<SlabBytes> Writer::Impl::in_order(const OpenKind& kind,
                                              const std::vector<Slab>& slabs) const {
  const std::string group = kind_group(kind.kind);
  if (slabs.size() != kind.described.size()) {
    throw RunFileError(
        path, group, fmt::format("{} slabs", slabs.size()),
        fmt::format("{}: {}", kind.described.size(), joined(names_of(kind.described))));
  }
  std::vector<SlabBytes> ordered;
  for (const MemberDataset& dataset : kind.described) {
    const auto slab = std::find_if(slabs.begin(), slabs.end(), [&](const Slab& candidate) {
      return candidate.name == dataset.name;
    });
    const std::string item = group + "/" + dataset.name;
    if (slab == slabs.end()) throw RunFileError(path, item, "no slab of that name", "one");
    const std::size_t expected = hdf5::element_count(dataset.slab_shape).value_or(0);
    if (size_of(*slab) != expected) {
      throw RunFileError(path, item, fmt::format("a slab of {} values", size_of(*slab)),
                         fmt::format("{} {}", expected, hdf5::describe(dataset.slab_shape)));
    }
    // A slab without values has no precision either.
    if (expected > 0 && precision_of(*slab) != dataset.precision) {
      throw RunFileError(path, item, "a slab of another precision",
                         dataset.precision == Precision::exact ? "float64" : "float32");
    }
    ordered.push_back(
        std::visit([](const auto& values) { return bytes_of(values); }, slab->values));
  }
  return ordered;
}

void Writer::Impl::write_record(const OpenKind& kind, MemberIndex member,
                                const CommitRecord& record) const {
  const CommitRow row = to_row(record);
  descriptor.sync_data();
  file.write(kind.commits, {member.value()}, &row);
  descriptor.sync_data();
}

std::size_t Writer::Impl::free_session() const {
  std::string places(kSessions * kSessionBytes, '\0');
  file.read(sessions, places.data());
  std::size_t place = 0;
  while (place + 1 < kSessions && places[place * kSessionBytes] != '\0') ++place;
  return place;
}

void Writer::Impl::close() {
  if (!file.is_open()) return;
  kinds.clear();
  sessions = {};
  file.close();
  descriptor.sync_data();
}

Writer::Writer(const std::string& path, MPI_Comm communicator)
    : impl_(std::make_unique<Impl>(path, communicator)) {}
Writer::~Writer() = default;
Writer::Writer(Writer&&) noexcept = default;
Writer& Writer::operator=(Writer&&) noexcept = default;

bool Writer::takes(Kind kind, const std::string& dataset) const {
  const auto& described = impl_->kind_with(kind, MemberIndex{0}).described;
  return std::any_of(described.begin(), described.end(),
                     [&](const MemberDataset& own) { return own.name == dataset; });
}

void Writer::commit(Kind kind, MemberIndex member, const std::vector<Slab>& slabs,
                    CommitRecord record, const MemberProvenance& provenance) {
  const OpenKind& open_kind = impl_->kind_with(kind, member);
  const std::vector<SlabBytes> ordered = impl_->in_order(open_kind, slabs);
  Digest digest;
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    digest.add(ordered[i].values, ordered[i].bytes);
    impl_->file.write(open_kind.datasets[i], {member.value()}, ordered[i].values);
  }
  const ProvenanceRow row = to_row(provenance);
  impl_->file.write(open_kind.provenance, {member.value()}, &row);
  record.state = MemberState::done;
  record.checksum = digest.value64();
  impl_->write_record(open_kind, member, record);
}

void Writer::mark_failed(Kind kind, MemberIndex member, Attempt last_attempt) {
  CommitRecord record;
  record.state = MemberState::failed;
  record.attempt = last_attempt.value();
  impl_->write_record(impl_->kind_with(kind, member), member, record);
}

void Writer::note_attempt(Kind kind, MemberIndex member, Attempt attempt,
                          const std::string& message) {
  const OpenKind& open_kind = impl_->kind_with(kind, member);
  const hdf5::OpenItem& messages = open_kind.attempt_messages;
  if (attempt.value() >= open_kind.extents.max_attempts) {
    throw RunFileError(impl_->path, messages.item.path,
                       fmt::format("room for {} attempts", open_kind.extents.max_attempts),
                       fmt::format("an attempt {}", attempt.value()));
  }
  const std::string bytes = hdf5::padded(message, kAttemptMessageBytes);
  impl_->file.write(messages, {member.value(), attempt.value()}, bytes.data());
}

void Writer::note_session(const std::string& description) {
  const std::string bytes = hdf5::padded(description, kSessionBytes);
  impl_->file.write(impl_->sessions, {impl_->free_session()}, bytes.data());
}

void Writer::close() { impl_->close(); }

}  // namespace clvae::store
