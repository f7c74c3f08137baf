#pragma once
/// \file
/// A file whose datasets are all there, opened to write rows of them.

#include <cstddef>
#include <string>
#include <vector>

#include "hdf5/handles.hpp"
#include "hdf5/item.hpp"

namespace clvae::hdf5 {

/// A dataset of an open file.
struct OpenItem {
  Item item;
  DatatypeHandle type;
  DatasetHandle dataset;  ///< closed where the dataset has no bytes
};

/// An HDF5 file opened for writing. All functions throw IoError with HDF5's reason.
class RowFile {
 public:
  RowFile() = default;
  /// Opens the file with the serial driver.
  explicit RowFile(const std::string& path);
  /// Opens the file with other access properties. \param action for the error
  RowFile(std::string path, const PropertyListHandle& access, const std::string& action);

  bool is_open() const noexcept { return file_.is_open(); }
  OpenItem open(Item item) const;
  /// Writes the part at fixed positions on the leading axes: see `select`.
  void write(const OpenItem& open_item, const std::vector<std::size_t>& leading,
             const void* values) const;
  /// Reads all values of a dataset that has bytes.
  void read(const OpenItem& open_item, void* values) const;
  void close();
  /// Gives the file up without closing it.
  void abandon() noexcept { file_.release(); }

 private:
  void require(bool ok, const std::string& action) const;

  std::string path_;
  FileHandle file_;
};

}  // namespace clvae::hdf5
