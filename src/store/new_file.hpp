#pragma once
/// \file
/// A run file that is whole but has not its name yet.

#include <functional>
#include <string>

#include "store/disk.hpp"
#include "store/schema.hpp"

namespace clvae::store {

/// A run file under its temporary name, `path + ".new"`: with its whole space on the disk, all its
/// datasets, and no HDF5 identifier open. Removed unless it is given its name. Serial; one rank.
class NewFile {
 public:
  /// \throws as `create`
  NewFile(const std::string& path, const Contents& contents,
          const std::function<void(const std::string&)>& warn);

  const std::string& temporary_path() const noexcept { return temporary_.path(); }
  /// Syncs, renames, syncs the folder. \throws RunFileError where `path` exists; IoError
  void move_to(const std::string& path);
  /// The same in the place of the file that is there, whose permissions it gets. \throws IoError
  void replace(const std::string& path);

 private:
  TemporaryFile temporary_;
  Descriptor descriptor_;
};

}  // namespace clvae::store
