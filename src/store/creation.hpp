#pragma once
/// \file
/// HDF5 files that are made in one go, in a place that was taken for them before.

#include <string>

#include "store/attributes.hpp"
#include "store/handles.hpp"
#include "store/items.hpp"

namespace clvae::store {

/// What HDF5 itself takes, rounded up from what was measured: a header for each dataset with its
/// attributes, and the B-tree, heap and symbol table of each group.
inline constexpr std::size_t kDatasetOverhead = 704;
inline constexpr std::size_t kGroupOverhead = 1536;

/// Bytes of a list of texts as an attribute, with what HDF5 takes for it.
std::size_t described_bytes(const std::vector<std::string>& texts);
/// Bytes of what a dataset says of itself.
std::size_t description_bytes(const Item& item);

/// The bytes of an HDF5 file with nothing in it, made in memory.
/// \param path of no file yet: HDF5 would read one \throws IoError
std::string empty_file(const std::string& path);

/// A file being made under its temporary name, in a file that has its size already and begins with
/// `empty_file`. All functions throw IoError with HDF5's reason.
class Creation {
 public:
  explicit Creation(const std::string& path);

  const std::string& path() const noexcept { return path_; }
  AttributeOwner root() const { return {file_.id(), path_, "/"}; }
  GroupHandle group(const std::string& name) const;

  /// Makes a dataset with its attributes. \param values all of them; nullptr: as the file was
  /// filled
  void add(const Item& item, const void* values);
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

}  // namespace clvae::store
