#include "store/rows.hpp"

#include <algorithm>
#include <string>
#include <type_traits>

namespace clvae::store {

static_assert(sizeof(CommitRow) == 32 && std::is_trivially_copyable_v<CommitRow>);
static_assert(sizeof(ProvenanceRow) == 128 && std::is_trivially_copyable_v<ProvenanceRow>);

namespace {

template <std::size_t Bytes>
void put(std::array<char, Bytes>& place, const std::string& value) {
  const std::string bytes = hdf5::padded(value, Bytes);
  std::copy(bytes.begin(), bytes.end(), place.begin());
}

}  // namespace

hdf5::Element commit_rows() {
  using hdf5::ElementType;
  using hdf5::number;
  return hdf5::rows(sizeof(CommitRow),
                    {{"state", offsetof(CommitRow, state), number(ElementType::uint8)},
                     {"attempt", offsetof(CommitRow, attempt), number(ElementType::uint32)},
                     {"epochs_run", offsetof(CommitRow, epochs_run), number(ElementType::uint32)},
                     {"best_epoch", offsetof(CommitRow, best_epoch), number(ElementType::uint32)},
                     {"checksum", offsetof(CommitRow, checksum), number(ElementType::uint64)}});
}

hdf5::Element provenance_rows() {
  using hdf5::ElementType;
  using hdf5::number;
  return hdf5::rows(
      sizeof(ProvenanceRow),
      {{"rank", offsetof(ProvenanceRow, rank), number(ElementType::int32)},
       {"ranks", offsetof(ProvenanceRow, ranks), number(ElementType::int32)},
       {"started_at", offsetof(ProvenanceRow, started_at), number(ElementType::int64)},
       {"training_seconds", offsetof(ProvenanceRow, training_seconds),
        number(ElementType::float64)},
       {"encoding_seconds", offsetof(ProvenanceRow, encoding_seconds),
        number(ElementType::float64)},
       {"host", offsetof(ProvenanceRow, host), hdf5::text(kHostBytes)},
       {"device", offsetof(ProvenanceRow, device), hdf5::text(kDeviceBytes)}});
}

CommitRow to_row(const CommitRecord& record) {
  CommitRow row;
  row.state = static_cast<std::uint8_t>(record.state);
  row.attempt = record.attempt;
  row.epochs_run = record.epochs_run;
  row.best_epoch = record.best_epoch;
  row.checksum = record.checksum;
  return row;
}

CommitRecord from_row(const CommitRow& row) {
  return {static_cast<MemberState>(row.state), row.attempt, row.epochs_run, row.best_epoch,
          row.checksum};
}

bool is_known_state(std::uint8_t state) {
  return state <= static_cast<std::uint8_t>(MemberState::failed);
}

ProvenanceRow to_row(const MemberProvenance& provenance) {
  ProvenanceRow row;
  row.rank = provenance.rank;
  row.ranks = provenance.ranks;
  row.started_at = provenance.started_at;
  row.training_seconds = provenance.training_seconds;
  row.encoding_seconds = provenance.encoding_seconds;
  put(row.host, provenance.host);
  put(row.device, provenance.device);
  return row;
}

MemberProvenance from_row(const ProvenanceRow& row) {
  return {row.rank,
          row.ranks,
          row.started_at,
          row.training_seconds,
          row.encoding_seconds,
          hdf5::unpadded(row.host.data(), row.host.size()),
          hdf5::unpadded(row.device.data(), row.device.size())};
}

}  // namespace clvae::store
