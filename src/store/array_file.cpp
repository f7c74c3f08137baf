#include "clvae/store/array_file.hpp"

#include <algorithm>
#include <cstring>
#include <functional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "datatypes.hpp"
#include "handles.hpp"
#include "items.hpp"

namespace clvae::store {

namespace {

/// More than compression can save: deflate's best is about a thousandth.
constexpr std::size_t kBestCompression = 2000;

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

/// Texts that HDF5 allocates one by one, given back at the end.
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

/// A list of texts or whole numbers.
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

/// Takes no claim for true that the file does not bear out.
void require_stored(const Source& source, hid_t dataset) {
  const auto elements = element_count(shape_of(source));
  const auto stored = static_cast<std::size_t>(H5Dget_storage_size(dataset));
  if (elements && *elements / kBestCompression <= stored) return;
  refuse(source, fmt::format("a shape of {} in {} bytes", describe(shape_of(source)), stored),
         "an array whose values are in the file");
}

void require_numbers(const Source& source) {
  const H5T_class_t kind = H5Tget_class(source.type);
  if (kind != H5T_INTEGER && kind != H5T_FLOAT) refuse(source, describe(source.type), "numbers");
}

/// \pre they are numbers
NumberArray read_numbers(const Source& source, std::vector<std::size_t> shape) {
  NumberArray array;
  array.shape = std::move(shape);
  const std::size_t count = element_count(array.shape).value_or(0);
  if (H5Tequal(source.type, H5T_STD_U8LE) > 0) {
    array.bytes.resize(count);
    read_into(source, H5T_NATIVE_UINT8, array.bytes.data());
  } else {
    array.numbers.resize(count);
    read_into(source, H5T_NATIVE_FLOAT, array.numbers.data());
  }
  return array;
}

}  // namespace

struct ArrayFile::Impl {
  explicit Impl(const std::string& file_path) : path(file_path) {
    prepare_library();
    const PropertyListHandle access = serial_access(path);
    file = FileHandle(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()));
    if (!file.is_open()) {
      throw DataError(path, fmt::format("no HDF5 file that can be read ({})", last_failure().text),
                      "an HDF5 file");
    }
  }

  /// \param access properties of it
  DatasetHandle open(const std::string& item, hid_t access) const {
    DatasetHandle dataset(H5Dopen2(file.id(), item.c_str(), access));
    if (!dataset.is_open()) throw DataError(path + ": " + item, "nothing", "a dataset");
    return dataset;
  }

  /// Calls `use` with a dataset whose claimed size the file bears out.
  template <class Use>
  auto with(const std::string& item, const Use& use) const {
    const DatasetHandle dataset = open(item, H5P_DEFAULT);
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
  FileHandle file;
};

/// An open dataset keeps its file open.
struct RowReader::Impl {
  std::string name;
  DatasetHandle dataset;
  DatatypeHandle type;
  DataspaceHandle space;
  std::vector<std::size_t> shape;
};

RowReader::RowReader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
RowReader::~RowReader() = default;
RowReader::RowReader(RowReader&&) noexcept = default;
RowReader& RowReader::operator=(RowReader&&) noexcept = default;

const std::vector<std::size_t>& RowReader::shape() const { return impl_->shape; }

NumberArray RowReader::read(std::size_t begin, std::size_t count) const {
  std::vector<std::size_t> shape = impl_->shape;
  shape.front() = count;
  std::vector<hsize_t> start(shape.size(), 0);
  start.front() = begin;
  const std::vector<hsize_t> extents(shape.begin(), shape.end());
  const DataspaceHandle in_file(H5Scopy(impl_->space.id()));
  const DataspaceHandle in_memory(
      H5Screate_simple(static_cast<int>(extents.size()), extents.data(), nullptr));
  const Source source{impl_->name, impl_->type.id(), impl_->space.id(),
                      [&](hid_t memory_type, void* values) -> herr_t {
                        if (H5Sselect_hyperslab(in_file.id(), H5S_SELECT_SET, start.data(), nullptr,
                                                extents.data(), nullptr) < 0) {
                          return -1;
                        }
                        return H5Dread(impl_->dataset.id(), memory_type, in_memory.id(),
                                       in_file.id(), H5P_DEFAULT, values);
                      }};
  return read_numbers(source, std::move(shape));
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

NumberArray ArrayFile::numbers(const std::string& item) const {
  return impl_->with(item, [](const Source& source) {
    require_numbers(source);
    return read_numbers(source, shape_of(source));
  });
}

RowReader ArrayFile::rows(const std::string& item) const {
  // Pieces of a file that is packed in larger chunks would each unpack them anew.
  constexpr std::size_t kChunkCache = std::size_t{64} << 20U;
  const PropertyListHandle access(H5Pcreate(H5P_DATASET_ACCESS));
  H5Pset_chunk_cache(access.id(), H5D_CHUNK_CACHE_NSLOTS_DEFAULT, kChunkCache,
                     H5D_CHUNK_CACHE_W0_DEFAULT);
  auto rows = std::make_unique<RowReader::Impl>();
  rows->name = impl_->path + ": " + item;
  rows->dataset = impl_->open(item, access.id());
  rows->type = DatatypeHandle(H5Dget_type(rows->dataset.id()));
  rows->space = DataspaceHandle(H5Dget_space(rows->dataset.id()));
  const Source source{rows->name, rows->type.id(), rows->space.id(), {}};
  rows->shape = shape_of(source);
  require_numbers(source);
  require_stored(source, rows->dataset.id());
  return RowReader(std::move(rows));
}

std::vector<std::string> ArrayFile::texts(const std::string& item) const {
  return impl_->with(item, read_texts_of);
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

}  // namespace clvae::store
