#include "hdf5/new_file.hpp"

#include <algorithm>
#include <hdf5.h>

#include "hdf5/failures.hpp"

namespace clvae::hdf5 {

std::size_t described_bytes(const std::vector<std::string>& texts) {
  constexpr std::size_t kAttributeOverhead = 96;
  std::size_t longest = 0;
  for (const std::string& text : texts) longest = std::max(longest, text.size() + 1);
  return kAttributeOverhead + longest * texts.size();
}

std::string empty_file(const std::string& path) {
  const PropertyListHandle access(H5Pcreate(H5P_FILE_ACCESS));
  const PropertyListHandle creation(H5Pcreate(H5P_FILE_CREATE));
  hdf5::require(H5Pset_fapl_core(access.id(), 4096, false) >= 0 &&
                    H5Pset_obj_track_times(creation.id(), false) >= 0,
                path, "prepare HDF5");
  const FileHandle file(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.id(), access.id()));
  hdf5::require(file.is_open() && H5Fflush(file.id(), H5F_SCOPE_LOCAL) >= 0, path,
                "begin the file");
  const ssize_t size = H5Fget_file_image(file.id(), nullptr, 0);
  hdf5::require(size > 0, path, "begin the file");
  std::string bytes(static_cast<std::size_t>(size), '\0');
  hdf5::require(H5Fget_file_image(file.id(), bytes.data(), bytes.size()) == size, path,
                "begin the file");
  return bytes;
}

NewFile::NewFile(const std::string& path, std::size_t alignment)
    : path_(path), links_(H5Pcreate(H5P_LINK_CREATE)), properties_(H5Pcreate(H5P_DATASET_CREATE)) {
  const PropertyListHandle access = serial_access(path_);
  const hid_t properties = properties_.id();
  require(H5Pset_alignment(access.id(), 1, alignment) >= 0 &&
              H5Pset_create_intermediate_group(links_.id(), 1) >= 0 &&
              H5Pset_layout(properties, H5D_CONTIGUOUS) >= 0 &&
              H5Pset_alloc_time(properties, H5D_ALLOC_TIME_EARLY) >= 0 &&
              H5Pset_fill_time(properties, H5D_FILL_TIME_NEVER) >= 0 &&
              H5Pset_obj_track_times(properties, false) >= 0,
          "prepare HDF5");
  file_ = FileHandle(H5Fopen(path_.c_str(), H5F_ACC_RDWR, access.id()));
  require(file_.is_open(), "open the file");
}

GroupHandle NewFile::group(const std::string& name) const {
  GroupHandle opened(H5Gopen2(file_.id(), name.c_str(), H5P_DEFAULT));
  require(opened.is_open(), "open " + name);
  return opened;
}

void NewFile::add(const Item& item, const std::vector<std::string>& axis_meanings,
                  const void* values) {
  const std::vector<hsize_t> extents(item.shape.begin(), item.shape.end());
  const DatatypeHandle type = file_type(item.element, path_);
  const DataspaceHandle space(extents.empty() ? H5Screate(H5S_SCALAR)
                                              : H5Screate_simple(static_cast<int>(extents.size()),
                                                                 extents.data(), nullptr));
  const DatasetHandle dataset(H5Dcreate2(file_.id(), item.path.c_str(), type.id(), space.id(),
                                         links_.id(), properties_.id(), H5P_DEFAULT));
  require(dataset.is_open(), "create " + item.path);
  if (values != nullptr && byte_count(item).value_or(0) > 0) {
    require(H5Dwrite(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0,
            "write " + item.path);
  }
  const AttributeOwner owner{dataset.id(), path_, item.path};
  write_attribute(owner, "axes", item.axes);
  write_attribute(owner, "axis_meanings", axis_meanings);
  write_attribute(owner, "unit", item.unit);
  write_attribute(owner, "meaning", item.meaning);
}

void NewFile::write_rows(const Item& item, std::size_t begin, std::size_t count,
                         const void* values) {
  if (count == 0) return;
  const hsize_t start = begin;
  const hsize_t rows = count;
  const DatatypeHandle type = file_type(item.element, path_);
  const DatasetHandle dataset(H5Dopen2(file_.id(), item.path.c_str(), H5P_DEFAULT));
  require(dataset.is_open(), "open " + item.path);
  const DataspaceHandle in_file(H5Dget_space(dataset.id()));
  const DataspaceHandle in_memory(H5Screate_simple(1, &rows, nullptr));
  require(
      H5Sselect_hyperslab(in_file.id(), H5S_SELECT_SET, &start, nullptr, &rows, nullptr) >= 0 &&
          H5Dwrite(dataset.id(), type.id(), in_memory.id(), in_file.id(), H5P_DEFAULT, values) >= 0,
      "write " + item.path);
}

void NewFile::close() { require(file_.close(), "close the file"); }

void NewFile::require(bool ok, const std::string& action) const {
  hdf5::require(ok, path_, action);
}

}  // namespace clvae::hdf5
