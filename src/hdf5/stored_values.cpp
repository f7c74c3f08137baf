#include "hdf5/stored_values.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <hdf5.h>
#include <optional>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"
#include "hdf5/failures.hpp"
#include "hdf5/item.hpp"

namespace clvae::hdf5 {

namespace {

namespace files = std::filesystem;

constexpr const char* kIntactFile = "an intact file";
constexpr std::size_t kLongestPath = 4096;
/// Values that one byte of the file may stand for, more than any packing of real chunks saves: a
/// damaged file may claim chunks of any size.
constexpr std::size_t kBestCompression = 1'000'000;

using Shape = std::vector<std::size_t>;

[[noreturn]] void refuse(const DatasetPlace& place, const std::string& found,
                         const std::string& expected) {
  throw DataError(place.words(), found, expected);
}

/// One step in the packing of chunks.
struct Filter {
  H5Z_filter_t id = 0;
  std::string name;
};

std::vector<Filter> filters_of(const PropertyListHandle& properties) {
  std::vector<Filter> filters;
  const int count = H5Pget_nfilters(properties.id());
  for (int i = 0; i < count; ++i) {
    std::array<char, 256> name{};
    unsigned flags = 0;
    unsigned config = 0;
    std::size_t values = 0;
    const H5Z_filter_t id = H5Pget_filter2(properties.id(), static_cast<unsigned>(i), &flags,
                                           &values, nullptr, name.size() - 1, name.data(), &config);
    const std::string own(name.data());
    filters.push_back({id, own.empty() ? fmt::format("number {}", id) : own});
  }
  return filters;
}

/// Whether one of the first chunks was packed by a filter, which may be left out of chunks that it
/// does not make smaller.
bool is_used(Id dataset, std::size_t filter, const Shape& shape) {
  constexpr hsize_t kChunksLookedAt = 64;
  const DataspaceHandle space(H5Dget_space(dataset));
  hsize_t chunks = 0;
  H5Dget_num_chunks(dataset, space.id(), &chunks);
  std::vector<hsize_t> offset(shape.size());
  for (hsize_t chunk = 0; chunk < std::min(chunks, kChunksLookedAt); ++chunk) {
    unsigned skipped = 0;
    haddr_t address = 0;
    hsize_t bytes = 0;
    if (H5Dget_chunk_info(dataset, space.id(), chunk, offset.data(), &skipped, &address, &bytes) <
            0 ||
        (skipped >> filter & 1U) == 0) {
      return true;
    }
  }
  return false;
}

void require_filters(const DatasetPlace& place, Id dataset, const PropertyListHandle& properties,
                     const Shape& shape) {
  const std::vector<Filter> filters = filters_of(properties);
  for (std::size_t i = 0; i < filters.size(); ++i) {
    if (H5Zfilter_avail(filters[i].id) > 0 || !is_used(dataset, i, shape)) continue;
    refuse(place,
           fmt::format("chunks packed by the filter {}, which the HDF5 library here does not have",
                       filters[i].name),
           fmt::format("gzip or no packing, as `h5repack -f GZIP=4 {} NEW` makes it where HDF5 has "
                       "that filter; or the filter as a plugin in a folder that HDF5_PLUGIN_PATH "
                       "names",
                       place.path));
  }
}

/// The first row of the first chunk that is not there.
std::size_t first_missing_row(Id dataset, const Shape& grid, const std::vector<hsize_t>& chunk) {
  std::vector<hsize_t> place(grid.size(), 0);  // in chunks
  while (true) {
    std::vector<hsize_t> offset(place);
    for (std::size_t axis = 0; axis < place.size(); ++axis) offset[axis] *= chunk[axis];
    hsize_t bytes = 0;
    if (H5Dget_chunk_storage_size(dataset, offset.data(), &bytes) < 0 || bytes == 0) {
      return offset.front();
    }
    std::size_t axis = place.size() - 1;
    while (axis > 0 && place[axis] + 1 == grid[axis]) place[axis--] = 0;
    if (++place[axis] == grid[axis]) return 0;  // all are there, whatever was counted
  }
}

void require_chunks(const DatasetPlace& place, Id dataset, const PropertyListHandle& properties,
                    const Shape& shape) {
  std::vector<hsize_t> chunk(shape.size());
  H5Pget_chunk(properties.id(), static_cast<int>(chunk.size()), chunk.data());
  Shape grid;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (chunk[axis] == 0) refuse(place, "chunks of no size", kIntactFile);
    grid.push_back(shape[axis] / chunk[axis] + (shape[axis] % chunk[axis] > 0 ? 1 : 0));
  }
  const std::optional<std::size_t> wanted = element_count(grid);
  const DataspaceHandle space(H5Dget_space(dataset));
  hsize_t there = 0;
  if (H5Dget_num_chunks(dataset, space.id(), &there) < 0) {
    refuse(place, fmt::format("chunks that can't be counted ({})", last_failure().text),
           kIntactFile);
  }
  if (!wanted || there < *wanted) {
    const std::size_t first = there == 0 ? 0 : first_missing_row(dataset, grid, chunk);
    const std::size_t last = std::min<std::size_t>(shape.front(), first + chunk.front()) - 1;
    refuse(place,
           fmt::format("{} of {} chunks; rows {} to {} were never written", there,
                       wanted ? std::to_string(*wanted) : "more than any file holds", first, last),
           "every row written");
  }
  const auto stored = static_cast<std::size_t>(H5Dget_storage_size(dataset));
  if (element_count(shape).value_or(SIZE_MAX) / kBestCompression > stored) {
    refuse(place, fmt::format("a shape of {} in {} bytes", describe(shape), stored), kIntactFile);
  }
  require_filters(place, dataset, properties, shape);
}

/// Of values that lie in the file itself.
void require_contiguous(const DatasetPlace& place, Id dataset, const Shape& shape,
                        std::size_t bytes) {
  const auto stored = static_cast<std::size_t>(H5Dget_storage_size(dataset));
  std::error_code problem;
  const std::uintmax_t there = files::file_size(place.path, problem);
  if (stored >= bytes && (problem || there >= bytes)) return;
  refuse(place,
         fmt::format("a shape of {} in {} bytes: values that were never written", describe(shape),
                     std::min<std::uintmax_t>(stored, there)),
         "an array whose values are in the file");
}

std::string folder_of(const std::string& path) {
  const std::string folder = files::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

/// The folder that HDF5 is to look for external files in; empty: the one that the job is started
/// in.
std::string external_prefix(const std::string& file, const std::string& first_name) {
  std::error_code ignored;
  const bool is_beside = files::exists(files::path(folder_of(file)) / first_name, ignored);
  return is_beside ? "${ORIGIN}" : "";
}

/// A file with values of a contiguous dataset.
struct ExternalPart {
  std::string name;
  std::size_t begin = 0;
  std::optional<std::size_t> bytes;  ///< nothing: all that are needed
};

std::vector<ExternalPart> external_parts(const PropertyListHandle& properties) {
  std::vector<ExternalPart> parts;
  const int count = H5Pget_external_count(properties.id());
  for (int i = 0; i < count; ++i) {
    std::array<char, kLongestPath> name{};
    off_t begin = 0;
    hsize_t bytes = 0;
    H5Pget_external(properties.id(), static_cast<unsigned>(i), name.size() - 1, name.data(), &begin,
                    &bytes);
    ExternalPart part{name.data(), static_cast<std::size_t>(begin), {}};
    if (bytes != H5F_UNLIMITED) part.bytes = bytes;
    parts.push_back(part);
  }
  return parts;
}

std::string found_by(const std::string& name, const std::string& prefix, const std::string& file) {
  if (files::path(name).is_absolute() || prefix.empty()) return name;
  constexpr std::string_view kOrigin = "${ORIGIN}";
  const std::string folder = prefix.compare(0, kOrigin.size(), kOrigin) == 0
                                 ? folder_of(file) + prefix.substr(kOrigin.size())
                                 : prefix;
  return (files::path(folder) / name).string();
}

/// HDF5 reads zeros where such a file is too short.
std::vector<std::string> require_external(const DatasetPlace& place,
                                          const std::vector<ExternalPart>& parts,
                                          std::size_t bytes) {
  const char* const set = std::getenv("HDF5_EXTFILE_PREFIX");
  const std::string prefix =
      set != nullptr && *set != '\0' ? set : external_prefix(place.path, parts.front().name);
  std::vector<std::string> paths;
  std::size_t left = bytes;
  for (const ExternalPart& part : parts) {
    if (left == 0) break;
    const std::size_t wanted = std::min(left, part.bytes.value_or(left));
    const std::string path = found_by(part.name, prefix, place.path);
    std::error_code problem;
    const std::uintmax_t size = files::file_size(path, problem);
    if (problem) {
      refuse(place,
             fmt::format("values in the external file {}, which can't be read ({})", path,
                         problem.message()),
             "that file, in the folder of the HDF5 file");
    }
    if (size < part.begin || size - part.begin < wanted) {
      refuse(place, fmt::format("values in the external file {} of {} bytes", path, size),
             fmt::format("{} bytes from byte {} on", wanted, part.begin));
    }
    left -= wanted;
    paths.push_back(path);
  }
  if (left > 0)
    refuse(place, fmt::format("external files without the last {} bytes", left), "all values");
  return paths;
}

}  // namespace

std::vector<std::size_t> shape_of(const DatasetHandle& dataset) {
  return shape_of(DataspaceHandle(H5Dget_space(dataset.id())));
}

std::vector<std::size_t> shape_of(const DataspaceHandle& space) {
  const int rank = H5Sget_simple_extent_ndims(space.id());
  std::vector<hsize_t> extents(static_cast<std::size_t>(std::max(rank, 0)));
  if (rank > 0) H5Sget_simple_extent_dims(space.id(), extents.data(), nullptr);
  return {extents.begin(), extents.end()};
}

DatasetHandle open_dataset(const DatasetPlace& place) {
  const auto opened = [&](Id access) {
    DatasetHandle dataset(H5Dopen2(place.file, place.item.c_str(), access));
    if (dataset.is_open()) return dataset;
    throw DataError(place.words(),
                    fmt::format("nothing that can be opened ({})", last_failure().text),
                    "a dataset");
  };
  DatasetHandle dataset = opened(H5P_DEFAULT);
  const PropertyListHandle properties(H5Dget_create_plist(dataset.id()));
  const std::vector<ExternalPart> parts = external_parts(properties);
  if (parts.empty()) return dataset;
  dataset.close();
  const PropertyListHandle access(H5Pcreate(H5P_DATASET_ACCESS));
  H5Pset_efile_prefix(access.id(), external_prefix(place.path, parts.front().name).c_str());
  return opened(access.id());
}

std::string layout_in_words(const PropertyListHandle& properties) {
  switch (H5Pget_layout(properties.id())) {
    case H5D_CONTIGUOUS:
      return H5Pget_external_count(properties.id()) > 0 ? "external files" : "contiguous storage";
    case H5D_COMPACT:
      return "compact storage";
    case H5D_VIRTUAL:
      return "a virtual dataset";
    case H5D_CHUNKED: {
      std::vector<std::string> names;
      for (const Filter& filter : filters_of(properties)) names.push_back(filter.name);
      return names.empty() ? "chunks" : "chunks packed by " + joined(names);
    }
    default:
      return "another layout";
  }
}

std::vector<std::string> require_stored(const DatasetPlace& place, int depth) {
  DatasetHandle dataset = open_dataset(place);
  const PropertyListHandle properties(H5Dget_create_plist(dataset.id()));
  const DatatypeHandle type(H5Dget_type(dataset.id()));
  Shape shape = shape_of(dataset);
  if (std::find(shape.begin(), shape.end(), 0U) != shape.end()) return {};
  shape.push_back(H5Tget_size(type.id()));
  const std::optional<std::size_t> bytes = element_count(shape);
  shape.pop_back();
  if (!bytes) refuse(place, "a shape of " + describe(shape), "one that fits into a file");
  switch (H5Pget_layout(properties.id())) {
    case H5D_CONTIGUOUS: {
      const std::vector<ExternalPart> parts = external_parts(properties);
      if (!parts.empty()) return require_external(place, parts, *bytes);
      require_contiguous(place, dataset.id(), shape, *bytes);
      return {};
    }
    case H5D_CHUNKED:
      require_chunks(place, dataset.id(), properties, shape);
      return {};
    case H5D_VIRTUAL:
      break;
    default:
      return {};
  }
  dataset.close();  // it may hold its sources open
  return require_sources(place, depth);
}

std::vector<std::string> require_stored(const DatasetPlace& place) {
  constexpr int kDeepest = 8;
  std::vector<std::string> others = require_stored(place, kDeepest);
  std::sort(others.begin(), others.end());
  others.erase(std::unique(others.begin(), others.end()), others.end());
  return others;
}

}  // namespace clvae::hdf5
