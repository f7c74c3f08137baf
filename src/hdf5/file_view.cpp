#include "hdf5/file_view.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <hdf5.h>
#include <unistd.h>

#include <fmt/format.h>
#include <sys/stat.h>

#include "clvae/core/errors.hpp"
#include "hdf5/failures.hpp"
#include "hdf5/selection.hpp"
#include "hdf5/stored_values.hpp"

namespace clvae::hdf5 {

namespace {

/// Returns the bytes of a regular file that can be read. \throws RunFileError
std::size_t readable_bytes(const std::string& path, const std::string& item,
                           const std::string& expected) {
  const auto fail = [&](const std::string& found) {
    throw RunFileError(path, item, found, expected);
  };
  struct stat found {};
  if (stat(path.c_str(), &found) != 0) {
    const bool is_missing = errno == ENOENT || errno == ENOTDIR;
    fail(is_missing ? "nothing of that name" : std::strerror(errno));
  }
  if (S_ISDIR(found.st_mode)) fail("a directory");
  if (!S_ISREG(found.st_mode)) fail("something that is no regular file");
  if (access(path.c_str(), R_OK) != 0) fail(std::strerror(errno));
  if (found.st_size == 0) fail("an empty file");
  return static_cast<std::size_t>(found.st_size);
}

extern "C" herr_t keep_name(hid_t /*group*/, const char* name, const H5L_info_t* /*info*/,
                            void* names) {
  static_cast<std::vector<std::string>*>(names)->emplace_back(name);
  return 0;
}

}  // namespace

FileView::FileView(const std::string& path, const std::string& item, const std::string& expected)
    : path_(path), file_bytes_(readable_bytes(path, item, expected)) {
  prepare_library();
  const PropertyListHandle access = serial_access(path_);
  file_ = FileHandle(H5Fopen(path_.c_str(), H5F_ACC_RDONLY, access.id()));
  if (!file_.is_open()) fail(item, last_failure().text, expected);
}

std::vector<std::string> FileView::members_of(const std::string& group) const {
  const GroupHandle handle(H5Gopen2(file_.id(), group.c_str(), H5P_DEFAULT));
  if (!handle.is_open()) fail(group, last_failure().text, "a group");
  std::vector<std::string> names;
  if (H5Literate(handle.id(), H5_INDEX_NAME, H5_ITER_INC, nullptr, keep_name, &names) < 0) {
    fail(group, last_failure().text, "a group");
  }
  return names;
}

std::string FileView::group_text(const std::string& group, const std::string& name) const {
  const GroupHandle handle(H5Gopen2(file_.id(), group.c_str(), H5P_DEFAULT));
  if (!handle.is_open()) fail(group, last_failure().text, "a group");
  return read_text(AttributeOwner{handle.id(), path_, group}, name);
}

std::vector<std::string> FileView::group_texts(const std::string& group,
                                               const std::string& name) const {
  const GroupHandle handle(H5Gopen2(file_.id(), group.c_str(), H5P_DEFAULT));
  if (!handle.is_open()) fail(group, last_failure().text, "a group");
  return read_texts(AttributeOwner{handle.id(), path_, group}, name);
}

DatasetHandle FileView::open(const std::string& item) const {
  DatasetHandle dataset(H5Dopen2(file_.id(), item.c_str(), H5P_DEFAULT));
  if (!dataset.is_open()) fail(item, last_failure().text, "a dataset");
  return dataset;
}

std::vector<std::size_t> FileView::shape(const std::string& item) const {
  const DatasetHandle dataset = open(item);
  const DataspaceHandle space(H5Dget_space(dataset.id()));
  const int rank = H5Sget_simple_extent_ndims(space.id());
  if (rank < 0) fail(item, "no shape", "a dataset");
  std::vector<hsize_t> extents(static_cast<std::size_t>(rank));
  if (rank > 0) H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr);
  return {extents.begin(), extents.end()};
}

std::vector<std::size_t> FileView::shape(const std::string& item, std::size_t rank) const {
  std::vector<std::size_t> found = shape(item);
  if (found.size() != rank) fail(item, "shape " + describe(found), fmt::format("{} axes", rank));
  return found;
}

std::size_t FileView::text_bytes(const std::string& item) const {
  const DatasetHandle dataset = open(item);
  const DatatypeHandle type(H5Dget_type(dataset.id()));
  if (H5Tget_class(type.id()) != H5T_STRING || H5Tis_variable_str(type.id()) > 0) {
    fail(item, describe(type.id()), "text of fixed length");
  }
  return H5Tget_size(type.id());
}

void FileView::require(const Item& item) const {
  const DatasetHandle dataset = open(item.path);
  const DatatypeHandle type(H5Dget_type(dataset.id()));
  const std::vector<std::size_t> found = shape(item.path);
  const DatatypeHandle expected = file_type(item.element, path_);
  if (H5Tequal(type.id(), expected.id()) <= 0 || found != item.shape) {
    fail(item.path, describe(type.id()) + " " + describe(found), describe(item));
  }
  const PropertyListHandle properties(H5Dget_create_plist(dataset.id()));
  if (H5Pget_layout(properties.id()) != H5D_CONTIGUOUS) {
    fail(item.path, layout_in_words(properties),
         fmt::format("contiguous storage, which `h5repack -l CONTI -f NONE {} NEW` gives back to a "
                     "file that was packed",
                     path_));
  }
  // Before memory is taken for values that the file can't hold.
  const std::size_t bytes = byte_count(item).value_or(SIZE_MAX);
  const haddr_t start = bytes == 0 ? 0 : H5Dget_offset(dataset.id());
  if (bytes > file_bytes_ || start == HADDR_UNDEF || start > file_bytes_ - bytes) {
    fail(item.path, fmt::format("{} in a file of {} bytes", describe(item), file_bytes_),
         "storage within the file");
  }
  const AttributeOwner owner{dataset.id(), path_, item.path};
  read_texts(owner, "axes");
  read_text(owner, "unit");
  read_text(owner, "meaning");
}

void FileView::read_all(const Item& item, void* values) const {
  if (byte_count(item).value_or(0) == 0) return;
  const DatasetHandle dataset = open(item.path);
  const DatatypeHandle type = file_type(item.element, path_);
  if (H5Dread(dataset.id(), type.id(), H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0) {
    fail(item.path, last_failure().text, describe(item));
  }
}

std::vector<std::string> FileView::texts(const Item& item) const {
  const std::vector<char> bytes = read<char>(item);
  std::vector<std::string> texts;
  for (std::size_t start = 0; start < bytes.size(); start += item.element.bytes) {
    texts.push_back(unpadded(&bytes[start], item.element.bytes));
  }
  return texts;
}

void FileView::read_row(const Item& item, std::size_t row, void* values) const {
  const Selection selection = select(item, {row}, path_);
  if (selection.elements == 0) return;
  const DatasetHandle dataset = open(item.path);
  const DatatypeHandle type = file_type(item.element, path_);
  if (H5Dread(dataset.id(), type.id(), selection.memory.id(), selection.file.id(), H5P_DEFAULT,
              values) < 0) {
    fail(item.path, last_failure().text, describe(item));
  }
}

bool FileView::has_type(const std::string& item, const Element& element) const {
  const DatasetHandle dataset = open(item);
  const DatatypeHandle type(H5Dget_type(dataset.id()));
  return H5Tequal(type.id(), file_type(element, path_).id()) > 0;
}

bool FileView::has_attribute(const std::string& group, const std::string& name) const {
  return H5Aexists_by_name(file_.id(), group.c_str(), name.c_str(), H5P_DEFAULT) > 0;
}

void FileView::fail(const std::string& item, const std::string& found,
                    const std::string& expected) const {
  throw RunFileError(path_, item, found, expected);
}

}  // namespace clvae::hdf5
