#include "hdf5/row_file.hpp"

#include <cerrno>
#include <hdf5.h>
#include <utility>

#include "hdf5/failures.hpp"
#include "hdf5/selection.hpp"

namespace clvae::hdf5 {

RowFile::RowFile(const std::string& path) : RowFile(path, serial_access(path), "open the file") {}

RowFile::RowFile(std::string path, const PropertyListHandle& access, const std::string& action)
    : path_(std::move(path)), file_(H5Fopen(path_.c_str(), H5F_ACC_RDWR, access.id())) {
  require(file_.is_open(), action);
}

OpenItem RowFile::open(Item item) const {
  OpenItem open_item{std::move(item), {}, {}};
  open_item.type = file_type(open_item.item.element, path_);
  // HDF5 would try to find space for a dataset without bytes, which is collective.
  if (byte_count(open_item.item) == std::size_t{0}) return open_item;
  open_item.dataset = DatasetHandle(H5Dopen2(file_.id(), open_item.item.path.c_str(), H5P_DEFAULT));
  require(open_item.dataset.is_open(), "open " + open_item.item.path);
  return open_item;
}

void RowFile::write(const OpenItem& open_item, const std::vector<std::size_t>& leading,
                    const void* values) const {
  const Selection selection = select(open_item.item, leading, path_);
  if (selection.elements == 0) return;
  errno = 0;  // so that what is found after a failure is of this write
  require(H5Dwrite(open_item.dataset.id(), open_item.type.id(), selection.memory.id(),
                   selection.file.id(), H5P_DEFAULT, values) >= 0,
          "write " + open_item.item.path);
}

void RowFile::read(const OpenItem& open_item, void* values) const {
  require(H5Dread(open_item.dataset.id(), open_item.type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT,
                  values) >= 0,
          "read " + open_item.item.path);
}

void RowFile::close() { require(file_.close(), "close the file"); }

void RowFile::require(bool ok, const std::string& action) const {
  hdf5::require(ok, path_, action);
}

}  // namespace clvae::hdf5
