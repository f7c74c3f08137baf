#pragma once
/// \file
/// A file opened for reading with the serial driver, whose items are compared with what they must
/// be before a byte of them is read.

#include <cstdint>
#include <string>
#include <vector>

#include "hdf5/attributes.hpp"
#include "hdf5/handles.hpp"
#include "hdf5/item.hpp"

namespace clvae::hdf5 {

/// A file of this program, opened for reading. Every read goes to the file anew, so that it shows
/// what a running job has written since. All functions throw RunFileError naming the item that is
/// missing or not as expected.
class FileView {
 public:
  /// \param item, expected what errors call the file and say of what it should have been, such as
  /// "run file" and "a run file of clvae"
  FileView(const std::string& path, const std::string& item, const std::string& expected);

  const std::string& path() const noexcept { return path_; }
  AttributeOwner root() const { return {file_.id(), path_, "/"}; }

  /// Returns the names of what a group holds, in ascending order.
  std::vector<std::string> members_of(const std::string& group) const;
  std::string group_text(const std::string& group, const std::string& name) const;
  std::vector<std::string> group_texts(const std::string& group, const std::string& name) const;
  DatasetHandle open(const std::string& item) const;
  std::vector<std::size_t> shape(const std::string& item) const;
  std::vector<std::size_t> shape(const std::string& item, std::size_t rank) const;
  /// Returns the bytes of each text of a dataset.
  std::size_t text_bytes(const std::string& item) const;

  /// Demands that type, shape and attributes are the item's, and that its bytes lie within the
  /// file.
  void require(const Item& item) const;

  /// Reads all elements. \pre `require` did not throw
  template <class Value>
  std::vector<Value> read(const Item& item) const {
    std::vector<Value> values(byte_count(item).value_or(0) / sizeof(Value));
    read_all(item, values.data());
    return values;
  }
  std::vector<std::string> texts(const Item& item) const;
  /// Reads row `row` along the first axis. \pre `require` did not throw
  template <class Value>
  std::vector<Value> read_row(const Item& item, std::size_t row) const {
    std::vector<Value> values(row_bytes(item) / sizeof(Value));
    read_row(item, row, values.data());
    return values;
  }
  /// Whether a dataset's elements are of that type.
  bool has_type(const std::string& item, const Element& element) const;
  /// Whether the group has an attribute of that name.
  bool has_attribute(const std::string& group, const std::string& name) const;

 private:
  void read_all(const Item& item, void* values) const;
  void read_row(const Item& item, std::size_t row, void* values) const;
  [[noreturn]] void fail(const std::string& item, const std::string& found,
                         const std::string& expected) const;

  std::string path_;
  std::size_t file_bytes_ = 0;
  FileHandle file_;
};

}  // namespace clvae::hdf5
