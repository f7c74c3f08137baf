#pragma once
/// \file
/// The rows of a run file's tables, as structs whose bytes are those of the file.

#include <array>
#include <cstddef>
#include <cstdint>

#include "hdf5/datatypes.hpp"
#include "store/schema.hpp"

namespace clvae::store {

inline constexpr std::size_t kHostBytes = 64;
inline constexpr std::size_t kDeviceBytes = 32;

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

hdf5::Element commit_rows();
hdf5::Element provenance_rows();

CommitRow to_row(const CommitRecord& record);
/// The caller checks the state first: see `is_known_state`.
CommitRecord from_row(const CommitRow& row);
bool is_known_state(std::uint8_t state);

ProvenanceRow to_row(const MemberProvenance& provenance);
MemberProvenance from_row(const ProvenanceRow& row);

}  // namespace clvae::store
