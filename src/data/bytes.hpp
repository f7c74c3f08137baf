#pragma once
/// \file
/// Whole files, plain or gzip.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace clvae::data {

/// The path of a data file: `path` itself, or `path` + ".gz" where only that is there.
/// \throws DataError where there is neither
std::string existing_file(const std::string& path);

/// The content of a file, unpacked if its name ends in ".gz". Memory grows with what is there,
/// whatever the file claims.
/// \throws DataError where it can't be read, is a directory, or its gzip stream is damaged or cut
/// off
std::vector<std::uint8_t> read_bytes(const std::string& path);

}  // namespace clvae::data
