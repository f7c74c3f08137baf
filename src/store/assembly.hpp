#pragma once
/// \file
/// A run file made from the members of others: a run with more places, or several runs in one.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "store/reader.hpp"
#include "store/schema.hpp"

namespace clvae::store {

/// A member of a run file that is there.
struct Origin {
  const Reader* file = nullptr;
  MemberIndex member;
};

/// What the new file holds.
struct Assembly {
  Contents contents;
  /// The first members of each kind, in order: their values, commit records, provenance and attempt
  /// messages are those of their origins. All others are pending.
  std::map<Kind, std::vector<Origin>> members;
  std::vector<std::string> sessions;  ///< the last 32 are kept
};

/// What becomes of a file that has the name already.
enum class Existing {
  refuse,
  replace,  ///< in one step: whoever opens the name finds the old file or the whole new one
};

/// Makes the run file `path` as `create` does, copies the members, reads the copies back and
/// compares their checksums with those of the values that were read, syncs, and renames. What a
/// member that is not done left is not copied, as it means nothing. A kill at any moment leaves
/// what was there before, or the whole new file. Serial; one rank only, and no job may be writing
/// to `path` or the origins.
/// \throws RunFileError where an origin's datasets are not those of the new file, or a copy is not
///   what was read, IoError, and as `create`; nothing has changed then
void assemble(const std::string& path, const Assembly& assembly, Existing existing,
              const std::function<void(const std::string&)>& warn);

}  // namespace clvae::store
