#pragma once
/// \file
/// Creation of a run file in its final shape, before any training.

#include <cstddef>
#include <functional>
#include <string>

#include "store/disk.hpp"
#include "store/schema.hpp"

namespace clvae::store {

/// Creates the run file `path` whole, under `path + ".new"`: takes and fills its whole space on the
/// disk, so that no later write can fail for want of room; makes all datasets; syncs, renames, and
/// syncs the folder. A kill at any moment leaves either no `path` or a whole one; a leftover ".new"
/// is overwritten. Serial; one rank only, before any has a `Writer`.
/// \param warn told in one line where the file system can't set space aside; the free space is
///   then compared with what is needed
/// \throws RunFileError where `path` exists already or the contents contradict each other; IoError
///   where the folder can't be written or the disk has too little room (it names the bytes needed
///   and free). Nothing is left behind.
void create(const std::string& path, const Contents& contents,
            const std::function<void(const std::string&)>& warn);

/// Bytes that `create` takes for these contents, of which the file then has all but a few kiB.
/// Any rank.
std::size_t size_needed(const Contents& contents);

/// A run file under its temporary name, `path + ".new"`: with its whole space on the disk, all its
/// datasets, and no HDF5 identifier open. Removed unless it is given its name. Serial; one rank.
class NewRunFile {
 public:
  /// \throws as `create`
  NewRunFile(const std::string& path, const Contents& contents,
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
