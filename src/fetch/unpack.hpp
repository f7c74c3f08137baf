#pragma once
/// \file
/// Files out of archives, through libarchive.

#include <string>
#include <vector>

namespace clvae::fetch {

/// Puts the wanted files of an archive into a folder, each under a temporary name that becomes its
/// own at the end. Folders within the archive don't count.
/// \param members last components of the names \throws RunError where the archive can't be read or
/// lacks one of them, IoError
void unpack(const std::string& archive, const std::vector<std::string>& members,
            const std::string& folder);

}  // namespace clvae::fetch
