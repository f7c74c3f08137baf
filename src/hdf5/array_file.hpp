#pragma once
/// \file
/// Arrays of numbers and texts in HDF5 files that others have made: data to train on or to score.

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include <gsl/span>

#include "core/value_type.hpp"

namespace clvae::hdf5 {

/// An open dataset of numbers, which reads rows when it is asked for them. A row is all values with
/// the same place along the first axis. Keeps the file open. Where the dataset lies in chunks, it
/// keeps one row of chunks in memory, up to 64 MiB, or one chunk where that is larger.
class NumberRows {
 public:
  ~NumberRows();
  NumberRows(const NumberRows&) = delete;
  NumberRows& operator=(const NumberRows&) = delete;
  NumberRows(NumberRows&&) noexcept;
  NumberRows& operator=(NumberRows&&) noexcept;

  const std::vector<std::size_t>& shape() const;  ///< at least one axis
  /// Bytes where the file has uint8; numbers for other integers, enumerated values (such as h5py's
  /// booleans) and floating-point numbers.
  ValueType type() const;
  /// Reads `count` rows as values of any type. \param destination [count, ...], aligned as the type
  /// \throws DataError where they can't be read, or the file has changed since it was opened
  void read(std::size_t first, std::size_t count, ValueType type,
            gsl::span<std::byte> destination) const;
  /// The same, as values of its own type.
  void read(std::size_t first, std::size_t count, gsl::span<std::byte> destination) const {
    read(first, count, type(), destination);
  }

 private:
  friend class ArrayFile;
  struct Impl;
  explicit NumberRows(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// An HDF5 file that others have made, opened for reading by one process. All functions throw
/// DataError, which names the file and the item.
class ArrayFile {
 public:
  explicit ArrayFile(const std::string& path);
  ~ArrayFile();
  ArrayFile(const ArrayFile&) = delete;
  ArrayFile& operator=(const ArrayFile&) = delete;
  ArrayFile(ArrayFile&&) noexcept;
  ArrayFile& operator=(ArrayFile&&) noexcept;

  /// Whether something of that path is there. \param item as "/train/x"
  bool has(const std::string& item) const;
  /// Whether a dataset of that path is there, or a link to one that may be missing.
  bool has_array(const std::string& item) const;
  /// The paths of all datasets, as "train/x", in the order of their names.
  std::vector<std::string> arrays() const;
  std::vector<std::size_t> shape(const std::string& item) const;
  /// Opens a dataset of numbers, all of which must be there (`require_stored`). May outlive this.
  NumberRows rows(const std::string& item) const;
  /// Reads a dataset of texts, whole numbers or enumerated values, [n] or [n, 1], as texts.
  std::vector<std::string> texts(const std::string& item) const;
  /// The names of a dataset's enumerated values, in the order of the values; empty where they have
  /// none.
  std::vector<std::string> enumeration(const std::string& item) const;
  /// Reads the list of texts in an attribute of an item; empty where there is none.
  std::vector<std::string> text_attribute(const std::string& item, const std::string& name) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clvae::hdf5
