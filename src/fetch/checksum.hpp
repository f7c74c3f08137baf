#pragma once
/// \file
/// Checksums against damage on the way, through OpenSSL.

#include <string>

namespace clvae::fetch {

/// SHA-256 of what a gzip file unpacks to, in hexadecimal digits. Empty where it is no intact gzip
/// file.
std::string sha256_of_unpacked(const std::string& path);

/// MD5 of a file, which is what some publishers state; it does not guard against forgery. Empty
/// where the file can't be read.
std::string md5_of(const std::string& path);

}  // namespace clvae::fetch
