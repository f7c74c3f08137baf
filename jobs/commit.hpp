#pragma once
/// \file
/// Which sources the program was built from.

namespace clvae::jobs {

/// The commit, "545e076", with "-changed" where files differ from it; empty where the sources are
/// no git repository.
const char* commit();

}  // namespace clvae::jobs
