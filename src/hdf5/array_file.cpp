#include "hdf5/array_file.hpp"

#include <algorithm>
#include <hdf5.h>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>

#include "clvae/core/errors.hpp"
#include "hdf5/datatypes.hpp"
#include "hdf5/failures.hpp"
#include "hdf5/handles.hpp"
#include "hdf5/stored_values.hpp"
#include "hdf5/text_values.hpp"

namespace clvae::hdf5 {

namespace {

/// What a file was when it was opened: where it has been cut off since, HDF5 itself would read
/// zeros.
class FileState {
 public:
  explicit FileState(const std::string& path) { is_there_ = stat(path.c_str(), &found_) == 0; }

  friend bool operator==(const FileState& a, const FileState& b) {
    return a.is_there_ && b.is_there_ && a.found_.st_dev == b.found_.st_dev &&
           a.found_.st_ino == b.found_.st_ino && a.found_.st_size == b.found_.st_size &&
           a.found_.st_mtim.tv_sec == b.found_.st_mtim.tv_sec &&
           a.found_.st_mtim.tv_nsec == b.found_.st_mtim.tv_nsec;
  }
  std::string words() const {
    if (!is_there_) return "no file any more";
    return fmt::format("a file of {} bytes that was changed or replaced after it was opened",
                       found_.st_size);
  }
  long long size() const { return static_cast<long long>(found_.st_size); }

 private:
  struct stat found_ {};
  bool is_there_ = false;
};

extern "C" herr_t keep_link(hid_t /*group*/, const char* name, const H5L_info_t* /*info*/,
                            void* links) {
  static_cast<std::vector<std::string>*>(links)->emplace_back(name);
  return 0;
}

}  // namespace

struct ArrayFile::Impl {
  explicit Impl(const std::string& file_path) : path(file_path), state(file_path) {
    prepare_library();
    const PropertyListHandle access = serial_access(path);
    file = FileHandle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()));
    if (!file.is_open()) {
      throw DataError(path, fmt::format("no HDF5 file that can be read ({})", last_failure().text),
                      "an HDF5 file");
    }
  }

  DatasetPlace place_of(const std::string& item) const { return {file.id(), path, item}; }

  std::string path;
  FileState state;
  FileHandle file;
};

struct NumberRows::Impl {
  /// \throws DataError where a file that values come from is not what it was any more
  void require_unchanged() const {
    for (const auto& [file, state] : files) {
      if (const FileState now(file); !(now == state)) {
        throw DataError(file == path ? path + ": " + item : file, now.words(),
                        fmt::format("the {} bytes that were there when the job began, until it has "
                                    "ended",
                                    state.size()));
      }
    }
  }

  std::string path;
  std::string item;
  std::map<std::string, FileState> files;  ///< that values come from
  DatasetHandle dataset;
  std::vector<std::size_t> shape;
  ValueType type = ValueType::byte;
};

namespace {

/// Opens a dataset so that rows that follow one another unpack each chunk once.
DatasetHandle with_chunks_kept(const FileHandle& file, const std::string& item,
                               DatasetHandle dataset) {
  constexpr std::size_t kMostBytes = std::size_t{64} << 20U;
  constexpr std::size_t kSlots = 12'421;  // a prime, many for each chunk
  const PropertyListHandle layout(H5Dget_create_plist(dataset.id()));
  if (H5Pget_layout(layout.id()) != H5D_CHUNKED) return dataset;
  const DataspaceHandle space(H5Dget_space(dataset.id()));
  const DatatypeHandle type(H5Dget_type(dataset.id()));
  const int rank = H5Sget_simple_extent_ndims(space.id());
  std::vector<hsize_t> extents(static_cast<std::size_t>(rank));
  std::vector<hsize_t> chunk(extents.size());
  H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr);
  H5Pget_chunk(layout.id(), rank, chunk.data());
  std::size_t bytes = H5Tget_size(type.id()) * chunk.front();
  for (std::size_t axis = 1; axis < chunk.size() && bytes < kMostBytes; ++axis) {
    bytes *= (extents[axis] + chunk[axis] - 1) / chunk[axis] * chunk[axis];
  }
  std::size_t one = H5Tget_size(type.id());
  for (const hsize_t extent : chunk) one *= extent;
  const PropertyListHandle access(H5Pcreate(H5P_DATASET_ACCESS));
  // A chunk that is larger than this would be unpacked anew for each of its rows.
  const std::size_t kept = std::max(one, std::clamp(bytes, std::size_t{1} << 20U, kMostBytes));
  H5Pset_chunk_cache(access.id(), kSlots, kept, 1);
  dataset.close();
  DatasetHandle reopened(H5Dopen2(file.id(), item.c_str(), access.id()));
  if (!reopened.is_open()) throw DataError(item, "no dataset any more", "one");
  return reopened;
}

}  // namespace

NumberRows::NumberRows(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
NumberRows::~NumberRows() = default;
NumberRows::NumberRows(NumberRows&&) noexcept = default;
NumberRows& NumberRows::operator=(NumberRows&&) noexcept = default;

namespace {

hid_t memory_type(ValueType type) {
  switch (type) {
    case ValueType::byte:
      return H5T_NATIVE_UINT8;
    case ValueType::number:
      return H5T_NATIVE_FLOAT;
    case ValueType::exact:
      return H5T_NATIVE_DOUBLE;
  }
  return H5I_INVALID_HID;
}

}  // namespace

const std::vector<std::size_t>& NumberRows::shape() const { return impl_->shape; }
ValueType NumberRows::type() const { return impl_->type; }

void NumberRows::read(std::size_t first, std::size_t count, ValueType type,
                      gsl::span<std::byte> destination) const {
  const std::string where = impl_->path + ": " + impl_->item;
  std::vector<hsize_t> start(impl_->shape.size(), 0);
  std::vector<hsize_t> extents(impl_->shape.begin(), impl_->shape.end());
  start.front() = first;
  extents.front() = count;
  const DataspaceHandle from(H5Dget_space(impl_->dataset.id()));
  const DataspaceHandle to(
      H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr));
  const bool is_read = H5Sselect_hyperslab(from.id(), H5S_SELECT_SET, start.data(), nullptr,
                                           extents.data(), nullptr) >= 0 &&
                       H5Dread(impl_->dataset.id(), memory_type(type), to.id(), from.id(),
                               H5P_DEFAULT, destination.data()) >= 0;
  // Afterwards, so that it holds for what was read.
  impl_->require_unchanged();
  if (!is_read) {
    throw DataError(where,
                    fmt::format("samples {} to {} that can't be read ({})", first,
                                first + count - 1, last_failure().text),
                    "an intact file");
  }
}

ArrayFile::ArrayFile(const std::string& path) : impl_(std::make_unique<Impl>(path)) {}
ArrayFile::~ArrayFile() = default;
ArrayFile::ArrayFile(ArrayFile&&) noexcept = default;
ArrayFile& ArrayFile::operator=(ArrayFile&&) noexcept = default;

bool ArrayFile::has(const std::string& item) const {
  // A path may only be asked for when all that is above it is there.
  for (std::size_t slash = item.find('/', 1);; slash = item.find('/', slash + 1)) {
    const std::string above = item.substr(0, slash);
    if (H5Lexists(impl_->file.id(), above.c_str(), H5P_DEFAULT) <= 0) return false;
    if (slash == std::string::npos) return true;
  }
}

bool ArrayFile::has_array(const std::string& item) const {
  return has(item) && !GroupHandle(H5Gopen2(impl_->file.id(), item.c_str(), H5P_DEFAULT)).is_open();
}

std::vector<std::string> ArrayFile::arrays() const {
  std::vector<std::string> links;
  H5Lvisit(impl_->file.id(), H5_INDEX_NAME, H5_ITER_INC, keep_link, &links);
  std::vector<std::string> arrays;
  for (const std::string& link : links) {
    if (has_array("/" + link)) arrays.push_back(link);
  }
  return arrays;
}

std::vector<std::size_t> ArrayFile::shape(const std::string& item) const {
  return shape_of(open_dataset(impl_->place_of(item)));
}

NumberRows ArrayFile::rows(const std::string& item) const {
  const DatasetPlace place = impl_->place_of(item);
  auto opened = std::make_unique<NumberRows::Impl>();
  opened->path = impl_->path;
  opened->item = item;
  opened->files.emplace(impl_->path, impl_->state);
  for (const std::string& other : require_stored(place)) {
    opened->files.emplace(other, FileState(other));
  }
  DatasetHandle dataset = open_dataset(place);
  opened->shape = shape_of(dataset);
  const DatatypeHandle type(H5Dget_type(dataset.id()));
  const H5T_class_t kind = H5Tget_class(type.id());
  if (kind != H5T_INTEGER && kind != H5T_FLOAT && kind != H5T_ENUM) {
    throw DataError(place.words(), describe(type.id()), "numbers");
  }
  const bool are_bytes = H5Tequal(type.id(), H5T_STD_U8LE) > 0;
  opened->type = are_bytes ? ValueType::byte : ValueType::number;
  opened->dataset = with_chunks_kept(impl_->file, item, std::move(dataset));
  return NumberRows(std::move(opened));
}

std::vector<std::string> ArrayFile::texts(const std::string& item) const {
  const DatasetPlace place = impl_->place_of(item);
  require_stored(place);
  const DatasetHandle dataset = open_dataset(place);
  const DatatypeHandle type(H5Dget_type(dataset.id()));
  const DataspaceHandle space(H5Dget_space(dataset.id()));
  return texts_in(
      {place.words(), type.id(), shape_of(dataset), space.id(), [&](Id memory_type, void* values) {
         return H5Dread(dataset.id(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0;
       }});
}

std::vector<std::string> ArrayFile::enumeration(const std::string& item) const {
  const DatasetHandle dataset = open_dataset(impl_->place_of(item));
  return enumeration_of(DatatypeHandle(H5Dget_type(dataset.id())).id());
}

std::vector<std::string> ArrayFile::text_attribute(const std::string& item,
                                                   const std::string& name) const {
  const Id file = impl_->file.id();
  if (H5Aexists_by_name(file, item.c_str(), name.c_str(), H5P_DEFAULT) <= 0) return {};
  const AttributeHandle attribute(
      H5Aopen_by_name(file, item.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT));
  const DatatypeHandle type(H5Aget_type(attribute.id()));
  const DataspaceHandle space(H5Aget_space(attribute.id()));
  return texts_in({fmt::format("{}: attribute {} of {}", impl_->path, name, item), type.id(),
                   shape_of(space), space.id(), [&](Id memory_type, void* values) {
                     return H5Aread(attribute.id(), memory_type, values) >= 0;
                   }});
}

}  // namespace clvae::hdf5
