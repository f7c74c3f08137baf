#pragma once
/// \file
/// NumPy archives: zip files of arrays.

#include <memory>
#include <string>
#include <vector>

#include "data/formats/npz/npy.hpp"

namespace clvae::data {

/// An archive of numpy.savez, opened for reading. All functions throw DataError.
class Archive {
 public:
  explicit Archive(const std::string& path);
  ~Archive();
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  bool has(const std::string& array) const;
  std::vector<std::string> arrays() const;  ///< the names of all
  /// What errors name: the archive and an array in it.
  std::string path_of(const std::string& array) const { return path_ + ": " + array; }
  /// The bytes of an array's file, as they are unpacked. The archive must outlive it.
  ReadBytes open(const std::string& array) const;
  std::vector<std::size_t> shape(const std::string& array) const;
  NpyArray read(const std::string& array, NpyUse use) const;

 private:
  struct Zip;
  std::string path_;
  std::unique_ptr<Zip> zip_;
};

}  // namespace clvae::data
