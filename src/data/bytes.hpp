#pragma once
/// \file
/// Whole files, plain or gzip.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace clvae::data {

/// The path of a data file: `path` itself, or `path` + ".gz" where only that is there.
/// \throws DataError where there is neither
std::string existing_file(const std::string& path);

/// A file's bytes from the first to the last, unpacked if its name ends in ".gz".
class ByteStream {
 public:
  /// \throws DataError where it can't be read or is a directory
  explicit ByteStream(const std::string& path);
  ~ByteStream();
  ByteStream(const ByteStream&) = delete;
  ByteStream& operator=(const ByteStream&) = delete;

  const std::string& path() const noexcept { return path_; }
  /// Bytes in all where the file isn't packed; of a packed one that shows only at its end.
  std::optional<std::size_t> plain_size() const noexcept;
  /// Reads the next bytes. \return how many; fewer than `most` only at the end \throws DataError
  /// where its gzip stream is damaged or cut off, or is none
  std::size_t read(std::uint8_t* bytes, std::size_t most);
  /// Passes over bytes, no further than the end. \return how many \throws as `read`
  std::size_t skip(std::size_t count);

 private:
  struct File;
  std::string path_;
  std::unique_ptr<File> file_;
};

/// The content of a file, unpacked if its name ends in ".gz". Memory grows with what is there,
/// whatever the file claims.
/// \throws DataError where it can't be read, is a directory, or its gzip stream is damaged or cut
/// off
std::vector<std::uint8_t> read_bytes(const std::string& path);

}  // namespace clvae::data
