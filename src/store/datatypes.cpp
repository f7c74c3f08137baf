#include "store/datatypes.hpp"

#include <algorithm>
#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"

namespace clvae::store {

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "checksums are taken of the bytes in memory, which must be those of the file: little endian"
#endif
static_assert(sizeof(CommitRow) == 32 && std::is_trivially_copyable_v<CommitRow>);
static_assert(sizeof(ProvenanceRow) == 128 && std::is_trivially_copyable_v<ProvenanceRow>);

namespace {

DatatypeHandle text_type(std::size_t bytes) {
  DatatypeHandle type(H5Tcopy(H5T_C_S1));
  H5Tset_size(type.id(), bytes);
  H5Tset_strpad(type.id(), H5T_STR_NULLPAD);
  H5Tset_cset(type.id(), H5T_CSET_UTF8);
  return type;
}

DatatypeHandle commit_type() {
  DatatypeHandle type(H5Tcreate(H5T_COMPOUND, sizeof(CommitRow)));
  H5Tinsert(type.id(), "state", offsetof(CommitRow, state), H5T_STD_U8LE);
  H5Tinsert(type.id(), "attempt", offsetof(CommitRow, attempt), H5T_STD_U32LE);
  H5Tinsert(type.id(), "epochs_run", offsetof(CommitRow, epochs_run), H5T_STD_U32LE);
  H5Tinsert(type.id(), "best_epoch", offsetof(CommitRow, best_epoch), H5T_STD_U32LE);
  H5Tinsert(type.id(), "checksum", offsetof(CommitRow, checksum), H5T_STD_U64LE);
  return type;
}

DatatypeHandle provenance_type() {
  const DatatypeHandle host = text_type(kHostBytes);
  const DatatypeHandle device = text_type(kDeviceBytes);
  DatatypeHandle type(H5Tcreate(H5T_COMPOUND, sizeof(ProvenanceRow)));
  H5Tinsert(type.id(), "rank", offsetof(ProvenanceRow, rank), H5T_STD_I32LE);
  H5Tinsert(type.id(), "ranks", offsetof(ProvenanceRow, ranks), H5T_STD_I32LE);
  H5Tinsert(type.id(), "started_at", offsetof(ProvenanceRow, started_at), H5T_STD_I64LE);
  H5Tinsert(type.id(), "training_seconds", offsetof(ProvenanceRow, training_seconds),
            H5T_IEEE_F64LE);
  H5Tinsert(type.id(), "encoding_seconds", offsetof(ProvenanceRow, encoding_seconds),
            H5T_IEEE_F64LE);
  H5Tinsert(type.id(), "host", offsetof(ProvenanceRow, host), host.id());
  H5Tinsert(type.id(), "device", offsetof(ProvenanceRow, device), device.id());
  return type;
}

DatatypeHandle make_type(const Element& element) {
  switch (element.type) {
    case ElementType::float32:
      return DatatypeHandle(H5Tcopy(H5T_IEEE_F32LE));
    case ElementType::float64:
      return DatatypeHandle(H5Tcopy(H5T_IEEE_F64LE));
    case ElementType::int32:
      return DatatypeHandle(H5Tcopy(H5T_STD_I32LE));
    case ElementType::int64:
      return DatatypeHandle(H5Tcopy(H5T_STD_I64LE));
    case ElementType::uint8:
      return DatatypeHandle(H5Tcopy(H5T_STD_U8LE));
    case ElementType::uint64:
      return DatatypeHandle(H5Tcopy(H5T_STD_U64LE));
    case ElementType::text:
      return text_type(element.bytes);
    case ElementType::commit:
      return commit_type();
    case ElementType::provenance:
      return provenance_type();
  }
  return DatatypeHandle();
}

template <std::size_t Bytes>
void put(std::array<char, Bytes>& place, const std::string& value) {
  const std::string bytes = padded(value, Bytes);
  std::copy(bytes.begin(), bytes.end(), place.begin());
}

std::string describe_rows(hid_t type) {
  std::vector<std::string> names;
  for (int i = 0; i < H5Tget_nmembers(type); ++i) {
    const std::unique_ptr<char, herr_t (*)(void*)> name(
        H5Tget_member_name(type, static_cast<unsigned>(i)), H5free_memory);
    if (name != nullptr) names.emplace_back(name.get());
  }
  return fmt::format("rows of {} bytes ({})", H5Tget_size(type), joined(names));
}

}  // namespace

Element number(ElementType type) {
  switch (type) {
    case ElementType::float64:
    case ElementType::int64:
    case ElementType::uint64:
      return {type, 8};
    case ElementType::uint8:
      return {type, 1};
    default:
      return {type, 4};
  }
}

Element text(std::size_t bytes) { return {ElementType::text, bytes}; }
Element commit_rows() { return {ElementType::commit, sizeof(CommitRow)}; }
Element provenance_rows() { return {ElementType::provenance, sizeof(ProvenanceRow)}; }

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
          unpadded(row.host.data(), row.host.size()),
          unpadded(row.device.data(), row.device.size())};
}

std::string padded(const std::string& value, std::size_t bytes) {
  std::size_t kept = std::min(value.size(), bytes - 1);
  // 10xxxxxx continues a character: cut before the character, not inside it.
  while (kept < value.size() && kept > 0 &&
         (static_cast<unsigned char>(value[kept]) & 0xC0U) == 0x80U) {
    --kept;
  }
  std::string bytes_out = value.substr(0, kept);
  bytes_out.resize(bytes, '\0');
  return bytes_out;
}

std::string unpadded(const char* value, std::size_t bytes) {
  return {value, strnlen(value, bytes)};
}

DatatypeHandle file_type(const Element& element, const std::string& path) {
  DatatypeHandle type = make_type(element);
  if (!type.is_open() || H5Tget_size(type.id()) != element.bytes) {
    const Failure failure = last_failure();
    throw IoError(path, "make an HDF5 datatype (" + failure.text + ")", failure.error_number);
  }
  return type;
}

std::string describe(hid_t type) {
  const std::size_t bytes = H5Tget_size(type);
  switch (H5Tget_class(type)) {
    case H5T_INTEGER:
      return fmt::format("{}int{}", H5Tget_sign(type) == H5T_SGN_NONE ? "u" : "", 8 * bytes);
    case H5T_FLOAT:
      return fmt::format("float{}", 8 * bytes);
    case H5T_STRING:
      return H5Tis_variable_str(type) > 0 ? "text of variable length"
                                          : fmt::format("text of {} bytes", bytes);
    case H5T_COMPOUND:
      return describe_rows(type);
    default:
      return fmt::format("another type of {} bytes", bytes);
  }
}

}  // namespace clvae::store
