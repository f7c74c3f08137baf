#pragma once
/// \file
/// HDF5 files that are made in one go, in a place that was taken for them before.

#include <cstddef>
#include <string>
#include <vector>

#include "hdf5/attributes.hpp"
#include "hdf5/handles.hpp"
#include "hdf5/item.hpp"

namespace clvae::hdf5 {

/// What HDF5 itself takes, rounded up from what was measured: a header for each dataset with its
/// attributes, and the B-tree, heap and symbol table of each group.
inline constexpr std::size_t kDatasetOverhead = 704;
inline constexpr std::size_t kGroupOverhead = 1536;

/// Returns the bytes of a list of texts as an attribute, with what HDF5 takes for it.
std::size_t described_bytes(const std::vector<std::string>& texts);

/// Returns the bytes of an HDF5 file with nothing in it, made in memory.
/// \param path of no file yet: HDF5 would read one \throws IoError
std::string empty_file(const std::string& path);

/// A file being made under its temporary name, in a file that has its size already and begins with
/// `empty_file`. All functions throw IoError with HDF5's reason.
class NewFile {
 public:
  /// \param alignment in bytes, of every dataset's place in the file
  NewFile(const std::string& path, std::size_t alignment);

  const std::string& path() const noexcept { return path_; }
  AttributeOwner root() const { return {file_.id(), path_, "/"}; }
  GroupHandle group(const std::string& name) const;

  /// Makes a dataset with its attributes.
  /// \param axis_meanings what an index along each axis stands for
  /// \param values all of them; nullptr: as the file was filled
  void add(const Item& item, const std::vector<std::string>& axis_meanings, const void* values);
  /// Writes rows of a dataset along its only axis. \pre `add` was given the item
  void write_rows(const Item& item, std::size_t begin, std::size_t count, const void* values);
  void close();

 private:
  void require(bool ok, const std::string& action) const;

  std::string path_;
  PropertyListHandle links_;
  PropertyListHandle properties_;
  FileHandle file_;
};

}  // namespace clvae::hdf5
