#pragma once
/// \file
/// What the file system of a folder can do for a run, tried out with a small file.

#include <cstddef>
#include <string>

#include "store/disk.hpp"

namespace clvae::store {

struct FolderFacts {
  std::string path;         ///< that was looked at, absolute
  std::string error;        ///< why no file can be made there; empty where one can
  std::string file_system;  ///< its kind, "ext4" or "lustre"; empty where it is not known
  std::size_t free_bytes = 0;
  bool has_locks = false;        ///< who asks for a lock that another holds is refused
  bool sets_room_aside = false;  ///< so that a full disk is known before a run begins
};

/// What another process sees of a probe.
enum class Sight {
  absent,
  locked,    ///< it is there, and asking for its lock is refused: all is well
  unlocked,  ///< it is there, and so are no locks, or none that reach this host
};

/// Owns a locked file in the folder, so that other hosts can look at it.
class FolderProbe {
 public:
  /// Throws nothing: what goes wrong is among the facts. \param folder that is there
  explicit FolderProbe(const std::string& folder);
  ~FolderProbe();
  FolderProbe(const FolderProbe&) = delete;
  FolderProbe& operator=(const FolderProbe&) = delete;

  const FolderFacts& facts() const noexcept { return facts_; }
  const std::string& file() const noexcept { return file_; }  ///< empty where none can be made

 private:
  void try_out();

  FolderFacts facts_;
  std::string file_;
  Descriptor descriptor_;
};

/// What this process sees of a probe, which any process of any host may have made.
Sight look_at_probe(const std::string& file);

}  // namespace clvae::store
