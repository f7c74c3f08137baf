#pragma once
/// \file
/// Creation of a run file in its final shape, before any training.

#include <functional>
#include <string>

#include "clvae/store/schema.hpp"

namespace clvae::store {

/// Creates the run file `path` whole: every dataset contiguous, early-allocated and written or
/// zero/NaN-filled as described, under `path + ".new"`; then reserves the disk space (fallocate),
/// fsyncs, renames, and fsyncs the folder. A kill at any moment leaves either no `path` or a whole
/// one; a leftover ".new" is overwritten. Serial; rank 0 only.
/// \param warn told in one line where the file system can't reserve space (the free space is then
///   only compared with what is needed)
/// \throws IoError where the folder can't be written or the disk has too little room (nothing is
///   left behind); RunFileError where `path` exists already
void create(const std::string& path, const Contents& contents,
            const std::function<void(const std::string&)>& warn);

/// Bytes that `create` will reserve for these contents, to within a few kiB. Any rank.
std::size_t size_needed(const Contents& contents);

}  // namespace clvae::store
