#include "hdf5/array_file.hpp"

#include <algorithm>
#include <cstring>
#include <functional>
#include <hdf5.h>
#include <utility>

#include <fmt/format.h>
#include <sys/stat.h>

#include "clvae/core/errors.hpp"
#include "hdf5/datatypes.hpp"
#include "hdf5/failures.hpp"
#include "hdf5/handles.hpp"
#include "hdf5/item.hpp"

namespace clvae::hdf5 {

namespace {

/// Values that one byte of the file may stand for: more than compression can save, as deflate's
/// best is about a thousandth.
constexpr std::size_t kBestCompression = 2000;

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

/// Something that has a type and a shape, and gives its values in a type of memory.
struct Source {
  std::string name;  ///< file and item, for errors
  hid_t type;
  hid_t space;
  std::function<herr_t(hid_t memory_type, void* values)> read;
};

[[noreturn]] void refuse(const Source& source, const std::string& found,
                         const std::string& expected) {
  throw DataError(source.name, found, expected);
}

std::vector<std::size_t> shape_of(const Source& source) {
  const int rank = H5Sget_simple_extent_ndims(source.space);
  std::vector<hsize_t> extents(static_cast<std::size_t>(std::max(rank, 0)));
  if (rank > 0) H5Sget_simple_extent_dims(source.space, extents.data(), nullptr);
  return {extents.begin(), extents.end()};
}

void read_into(const Source& source, hid_t memory_type, void* values) {
  if (source.read(memory_type, values) < 0) {
    refuse(source, fmt::format("values that can't be read ({})", last_failure().text),
           "an intact file");
  }
}

/// Reads texts of variable length, which HDF5 allocates one by one; frees them at the end.
std::vector<std::string> read_variable_texts(const Source& source, std::size_t count) {
  const DatatypeHandle memory(H5Tcopy(H5T_C_S1));
  H5Tset_size(memory.id(), H5T_VARIABLE);
  H5Tset_cset(memory.id(), H5Tget_cset(source.type));
  std::vector<char*> pointers(count, nullptr);
  read_into(source, memory.id(), pointers.data());
  std::vector<std::string> texts;
  texts.reserve(count);
  for (const char* pointer : pointers) texts.emplace_back(pointer == nullptr ? "" : pointer);
  H5Dvlen_reclaim(memory.id(), source.space, H5P_DEFAULT, static_cast<void*>(pointers.data()));
  return texts;
}

std::vector<std::string> read_fixed_texts(const Source& source, std::size_t count) {
  const std::size_t width = H5Tget_size(source.type);
  std::vector<char> bytes(count * width);
  const DatatypeHandle memory(H5Tcopy(source.type));
  read_into(source, memory.id(), bytes.data());
  std::vector<std::string> texts;
  texts.reserve(count);
  for (std::size_t i = 0; i < count; ++i) texts.push_back(unpadded(&bytes[i * width], width));
  if (H5Tget_strpad(source.type) == H5T_STR_SPACEPAD) {
    for (std::string& text : texts) text.resize(text.find_last_not_of(' ') + 1);
  }
  return texts;
}

/// Reads a list of texts or whole numbers.
std::vector<std::string> read_texts_of(const Source& source) {
  const std::vector<std::size_t> shape = shape_of(source);
  if (shape.empty() || shape.size() > 2 || (shape.size() == 2 && shape[1] != 1)) {
    refuse(source, "an array of shape " + describe(shape), "one text or whole number each, [n]");
  }
  const std::size_t count = shape.front();
  switch (H5Tget_class(source.type)) {
    case H5T_STRING:
      return H5Tis_variable_str(source.type) > 0 ? read_variable_texts(source, count)
                                                 : read_fixed_texts(source, count);
    case H5T_INTEGER: {
      std::vector<std::int64_t> values(count);
      read_into(source, H5T_NATIVE_INT64, values.data());
      std::vector<std::string> texts;
      texts.reserve(count);
      for (const std::int64_t value : values) texts.push_back(std::to_string(value));
      return texts;
    }
    default:
      refuse(source, describe(source.type), "texts or whole numbers");
  }
}

/// Refuses a dataset that claims more values than the bytes in the file can hold.
void require_stored(const Source& source, hid_t dataset) {
  const auto elements = element_count(shape_of(source));
  const auto stored = static_cast<std::size_t>(H5Dget_storage_size(dataset));
  if (elements && *elements / kBestCompression <= stored) return;
  refuse(source, fmt::format("a shape of {} in {} bytes", describe(shape_of(source)), stored),
         "an array whose values are in the file");
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

  DatasetHandle open(const std::string& item) const {
    DatasetHandle dataset(H5Dopen2(file.id(), item.c_str(), H5P_DEFAULT));
    if (!dataset.is_open()) throw DataError(path + ": " + item, "nothing", "a dataset");
    return dataset;
  }

  /// Calls `use` with a dataset, after `require_stored`.
  template <class Use>
  auto with(const DatasetHandle& dataset, const std::string& item, const Use& use) const {
    const DatatypeHandle type(H5Dget_type(dataset.id()));
    const DataspaceHandle space(H5Dget_space(dataset.id()));
    const Source source{
        path + ": " + item, type.id(), space.id(), [&](hid_t memory_type, void* values) {
          return H5Dread(dataset.id(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values);
        }};
    require_stored(source, dataset.id());
    return use(source);
  }

  std::string path;
  FileState state;
  FileHandle file;
};

struct NumberRows::Impl {
  std::string path;
  std::string item;
  FileState state;
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
  if (const FileState now(impl_->path); !(now == impl_->state)) {
    throw DataError(where, now.words(),
                    fmt::format("the {} bytes that were there when the job began, until it has "
                                "ended",
                                impl_->state.size()));
  }
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

NumberRows ArrayFile::rows(const std::string& item) const {
  auto opened = std::make_unique<NumberRows::Impl>(
      NumberRows::Impl{impl_->path, item, impl_->state, impl_->open(item), {}, {}});
  impl_->with(opened->dataset, item, [&](const Source& source) {
    opened->shape = shape_of(source);
    const H5T_class_t kind = H5Tget_class(source.type);
    if (kind != H5T_INTEGER && kind != H5T_FLOAT) refuse(source, describe(source.type), "numbers");
    const bool are_bytes = H5Tequal(source.type, H5T_STD_U8LE) > 0;
    opened->type = are_bytes ? ValueType::byte : ValueType::number;
  });
  opened->dataset = with_chunks_kept(impl_->file, item, std::move(opened->dataset));
  return NumberRows(std::move(opened));
}

std::vector<std::string> ArrayFile::texts(const std::string& item) const {
  return impl_->with(impl_->open(item), item, read_texts_of);
}

std::vector<std::string> ArrayFile::text_attribute(const std::string& item,
                                                   const std::string& name) const {
  const hid_t file = impl_->file.id();
  if (H5Aexists_by_name(file, item.c_str(), name.c_str(), H5P_DEFAULT) <= 0) return {};
  const AttributeHandle attribute(
      H5Aopen_by_name(file, item.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT));
  const DatatypeHandle type(H5Aget_type(attribute.id()));
  const DataspaceHandle space(H5Aget_space(attribute.id()));
  return read_texts_of({fmt::format("{}: attribute {} of {}", impl_->path, name, item), type.id(),
                        space.id(), [&](hid_t memory_type, void* values) {
                          return H5Aread(attribute.id(), memory_type, values);
                        }});
}

}  // namespace clvae::hdf5
