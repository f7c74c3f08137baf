#pragma once
/// \file
/// Arrays of numbers and texts in HDF5 files that others have made: data to train on or to score.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace clvae::store {

/// Numbers as they lie in a file. Either `bytes` or `numbers` is filled.
struct NumberArray {
  std::vector<std::size_t> shape;
  std::vector<std::uint8_t> bytes;  ///< of uint8
  std::vector<float> numbers;       ///< of any other integers or floating-point numbers
};

/// A dataset of numbers, read along its first axis. All functions throw DataError.
class RowReader {
 public:
  ~RowReader();
  RowReader(const RowReader&) = delete;
  RowReader& operator=(const RowReader&) = delete;
  RowReader(RowReader&&) noexcept;
  RowReader& operator=(RowReader&&) noexcept;

  const std::vector<std::size_t>& shape() const;
  /// \pre the rows are there
  NumberArray read(std::size_t begin, std::size_t count) const;

 private:
  friend class ArrayFile;
  struct Impl;
  explicit RowReader(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// An HDF5 file, opened for reading by one process. All functions throw DataError, which names the
/// file and the item.
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
  /// A dataset of numbers; enough memory for what it claims is only taken where the file can hold
  /// as much.
  NumberArray numbers(const std::string& item) const;
  /// A dataset of numbers that is read piece by piece. It keeps the file open.
  RowReader rows(const std::string& item) const;
  /// A dataset of texts or whole numbers, [n] or [n, 1], as texts.
  std::vector<std::string> texts(const std::string& item) const;
  /// The list of texts in an attribute of an item; empty where there is none.
  std::vector<std::string> text_attribute(const std::string& item, const std::string& name) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clvae::store
