#pragma once
/// \file
/// The element types of a run file, in memory exactly as on disk (little endian), so that HDF5
/// moves bytes and converts nothing.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "store/handles.hpp"
#include "store/schema.hpp"

namespace clvae::store {

inline constexpr std::size_t kHostBytes = 64;
inline constexpr std::size_t kDeviceBytes = 32;
inline constexpr std::size_t kAttemptMessageBytes = 256;
inline constexpr std::size_t kSessionBytes = 8192;
inline constexpr std::size_t kSessions = 32;

enum class ElementType {
  float32,
  float64,
  int32,
  int64,
  uint8,
  uint64,
  text,        ///< UTF-8 of a fixed number of bytes, padded with NUL
  commit,      ///< CommitRow
  provenance,  ///< ProvenanceRow
};

/// The type of a dataset's elements.
struct Element {
  ElementType type = ElementType::float32;
  std::size_t bytes = sizeof(float);
};

Element number(ElementType type);
Element text(std::size_t bytes);
Element commit_rows();
Element provenance_rows();

/// `/members/<kind>/commits`. 32 bytes, and `create` aligns to 32, so a row lies within one sector
/// and one page: a kill leaves either the old row or the new one.
struct CommitRow {
  std::uint8_t state = 0;
  std::array<std::uint8_t, 3> unused{};
  std::uint32_t attempt = 0;
  std::uint32_t epochs_run = 0;
  std::uint32_t best_epoch = 0;
  std::uint64_t checksum = 0;
  std::array<std::uint8_t, 8> reserved{};
};
inline constexpr std::size_t kAlignment = sizeof(CommitRow);

/// `/provenance/<kind>/members`.
struct ProvenanceRow {
  std::int32_t rank = -1;
  std::int32_t ranks = 0;
  std::int64_t started_at = 0;
  double training_seconds = 0;
  double encoding_seconds = 0;
  std::array<char, kHostBytes> host{};
  std::array<char, kDeviceBytes> device{};
};

CommitRow to_row(const CommitRecord& record);
/// The caller checks the state first: see `is_known_state`.
CommitRecord from_row(const CommitRow& row);
bool is_known_state(std::uint8_t state);

ProvenanceRow to_row(const MemberProvenance& provenance);
MemberProvenance from_row(const ProvenanceRow& row);

/// Exactly `bytes` bytes: the text, cut between characters to leave one NUL, padded with NUL.
std::string padded(const std::string& value, std::size_t bytes);
/// The text before the first NUL.
std::string unpadded(const char* value, std::size_t bytes);

/// The HDF5 type. \throws IoError naming `path` where HDF5 refuses
DatatypeHandle file_type(const Element& element, const std::string& path);

/// "int32", "text of 256 bytes", "rows of 32 bytes (state, attempt)".
std::string describe(hid_t type);

}  // namespace clvae::store
