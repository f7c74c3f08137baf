#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <hdf5.h>
#include <map>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "hdf5/failures.hpp"
#include "hdf5/item.hpp"
#include "hdf5/stored_values.hpp"

namespace clvae::hdf5 {

namespace {

namespace paths = std::filesystem;

using Extents = std::vector<hsize_t>;

/// A part of a virtual dataset, and the source that it is read from.
struct Mapping {
  std::string file;  ///< may stand for several, numbered by %b
  std::string item;
  DataspaceHandle there;   ///< selected in the virtual dataset
  DataspaceHandle source;  ///< selected in the source
};

std::string text_of(const PropertyListHandle& properties, std::size_t index,
                    ssize_t (*get)(hid_t, size_t, char*, size_t)) {
  const ssize_t length = get(properties.id(), index, nullptr, 0);
  if (length <= 0) return "";
  std::string text(static_cast<std::size_t>(length) + 1, '\0');
  get(properties.id(), index, text.data(), text.size());
  text.pop_back();
  return text;
}

std::vector<Mapping> mappings_of(const PropertyListHandle& properties) {
  std::vector<Mapping> mappings;
  std::size_t count = 0;
  if (H5Pget_virtual_count(properties.id(), &count) < 0) return mappings;
  for (std::size_t i = 0; i < count; ++i) {
    mappings.push_back({text_of(properties, i, H5Pget_virtual_filename),
                        text_of(properties, i, H5Pget_virtual_dsetname),
                        DataspaceHandle(H5Pget_virtual_vspace(properties.id(), i)),
                        DataspaceHandle(H5Pget_virtual_srcspace(properties.id(), i))});
  }
  return mappings;
}

/// A selection of blocks at equal distances.
struct Blocks {
  Extents start, stride, count, block;
};

std::optional<Blocks> blocks_in(const DataspaceHandle& space, std::size_t rank) {
  if (H5Sget_select_type(space.id()) != H5S_SEL_HYPERSLABS) return std::nullopt;
  if (H5Sis_regular_hyperslab(space.id()) <= 0) return std::nullopt;
  Blocks found{Extents(rank), Extents(rank), Extents(rank), Extents(rank)};
  H5Sget_regular_hyperslab(space.id(), found.start.data(), found.stride.data(), found.count.data(),
                           found.block.data());
  return found;
}

/// The axis along which a selection goes on as far as there are data.
std::optional<std::size_t> endless_axis(const std::optional<Blocks>& blocks) {
  if (!blocks) return std::nullopt;
  for (std::size_t axis = 0; axis < blocks->count.size(); ++axis) {
    if (blocks->count[axis] == H5S_UNLIMITED || blocks->block[axis] == H5S_UNLIMITED) return axis;
  }
  return std::nullopt;
}

/// Ends it where the dataset ends. \return blocks along that axis
hsize_t end_within(Blocks& blocks, std::size_t axis, hsize_t extent) {
  const hsize_t length = extent - std::min(extent, blocks.start[axis]);
  if (blocks.block[axis] == H5S_UNLIMITED) {
    blocks.block[axis] = length;
    blocks.count[axis] = 1;
  } else {
    const hsize_t stride = std::max<hsize_t>(1, blocks.stride[axis]);
    blocks.count[axis] = (length + stride - 1) / stride;
  }
  return length == 0 ? 0 : blocks.count[axis];
}

/// Puts the number of a block in place of each %b; %% stands for %.
std::string numbered_name(const std::string& name, hsize_t block) {
  std::string text;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const bool is_mark = name[i] == '%' && i + 1 < name.size();
    if (is_mark && name[i + 1] == 'b') {
      text += std::to_string(block);
      ++i;
    } else {
      text += name[i];
      if (is_mark && name[i + 1] == '%') ++i;
    }
  }
  return text;
}

bool is_numbered(const std::string& name) {
  return numbered_name(name, 0) != numbered_name(name, 1);
}

/// Where HDF5 finds a source file, in the order of its documentation (H5Pset_virtual_prefix);
/// nothing where it finds none.
std::optional<std::string> path_of_source(const std::string& name, const std::string& from) {
  const paths::path wanted(name);
  std::vector<paths::path> places;
  if (wanted.is_absolute()) places.push_back(wanted);
  const paths::path rest = wanted.is_absolute() ? wanted.filename() : wanted;
  if (const char* prefixes = std::getenv("HDF5_VDS_PREFIX"); prefixes != nullptr) {
    std::string left = prefixes;
    while (!left.empty()) {
      const std::string first = left.substr(0, left.find(':'));
      left.erase(0, first.size() + 1);
      constexpr std::string_view kOrigin = "${ORIGIN}";
      const bool is_origin = first.compare(0, kOrigin.size(), kOrigin) == 0;
      places.push_back(
          (is_origin ? paths::path(from).parent_path().string() + first.substr(kOrigin.size())
                     : first) /
          rest);
    }
  }
  places.push_back(paths::path(from).parent_path() / rest);
  places.push_back(rest);
  std::error_code ignored;
  places.push_back(paths::canonical(from, ignored).parent_path() / rest);
  for (const paths::path& place : places) {
    if (paths::exists(place, ignored)) return place.string();
  }
  return std::nullopt;
}

/// Looks at the sources of one virtual dataset.
class Sources {
 public:
  Sources(const DatasetPlace& place, int depth) : place_(place), depth_(depth) {}

  /// \param values that the whole source must have, where all of it is selected
  /// \throws DataError unless the source has what is selected of it
  void require(const std::string& file, const std::string& item, const DataspaceHandle& selected,
               std::size_t values, bool is_endless) {
    const std::string path = file == "." ? place_.path : require_file(file);
    const auto [source, is_new] = shapes_.try_emplace({path, item});
    if (is_new) source->second = look_at(path, item);
    if (is_endless) return;
    const std::vector<std::size_t>& shape = source->second;
    std::string wanted;
    if (H5Sget_select_type(selected.id()) == H5S_SEL_ALL) {
      if (element_count(shape) == values) return;
      wanted = fmt::format("{} values", values);
    } else {
      Extents low(shape.size());
      Extents high(shape.size());
      bool fits = H5Sget_simple_extent_ndims(selected.id()) == static_cast<int>(shape.size()) &&
                  H5Sget_select_bounds(selected.id(), low.data(), high.data()) >= 0;
      for (std::size_t axis = 0; fits && axis < shape.size(); ++axis) {
        fits = high[axis] < shape[axis];
      }
      if (fits) return;
      for (hsize_t& extent : high) ++extent;
      wanted = "at least " + describe(std::vector<std::size_t>(high.begin(), high.end()));
    }
    refuse(path, fmt::format("has the shape {} in {}", describe(shape), item), wanted + " there");
  }
  std::vector<std::string> files() const {
    std::vector<std::string> all = others_;
    for (const auto& [source, shape] : shapes_) all.push_back(source.first);
    return all;
  }

 private:
  [[noreturn]] void refuse(const std::string& source, const std::string& what,
                           const std::string& expected) const {
    throw DataError(place_.words(),
                    fmt::format("a virtual dataset whose source {} {}", source, what), expected);
  }

  std::string require_file(const std::string& file) const {
    if (const auto path = path_of_source(file, place_.path)) return *path;
    refuse(file, "is missing", "all of its sources, beside the file or where HDF5_VDS_PREFIX says");
  }

  std::vector<std::size_t> look_at(const std::string& path, const std::string& item) {
    if (depth_ == 0) refuse(path, "is virtual, as are too many before it", "a few at most");
    const PropertyListHandle access = serial_access(path);
    const FileHandle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.id()));
    if (!file.is_open()) {
      refuse(path, fmt::format("can't be opened ({})", last_failure().text), "an HDF5 file");
    }
    const DatasetPlace source{file.id(), path, item};
    try {
      const std::vector<std::string> further = require_stored(source, depth_ - 1);
      others_.insert(others_.end(), further.begin(), further.end());
      return shape_of(open_dataset(source));
    } catch (const DataError& error) {
      refuse(path, fmt::format("can't be read: {} has {}", error.file(), error.found()),
             error.expected());
    }
  }

  const DatasetPlace& place_;
  int depth_;
  std::map<std::pair<std::string, std::string>, std::vector<std::size_t>> shapes_;
  std::vector<std::string> others_;
};

/// What of a virtual dataset lies in a source.
class Coverage {
 public:
  explicit Coverage(const std::vector<std::size_t>& shape)
      : extents_(shape.begin(), shape.end()),
        space_(H5Screate_simple(static_cast<int>(extents_.size()), extents_.data(), nullptr)) {
    H5Sselect_none(space_.id());
  }

  /// \return how many values are selected
  std::size_t add(const DataspaceHandle& selected, const std::optional<Blocks>& blocks) {
    if (H5Sget_select_type(selected.id()) == H5S_SEL_ALL) {
      H5Sselect_all(space_.id());
      return static_cast<std::size_t>(H5Sget_simple_extent_npoints(space_.id()));
    }
    if (!blocks) {
      add_each_block(selected);
      return static_cast<std::size_t>(H5Sget_select_npoints(selected.id()));
    }
    H5Sselect_hyperslab(space_.id(), mode(), blocks->start.data(), blocks->stride.data(),
                        blocks->count.data(), blocks->block.data());
    std::size_t values = 1;
    for (std::size_t axis = 0; axis < extents_.size(); ++axis) {
      values *= blocks->count[axis] * blocks->block[axis];
    }
    return values;
  }

  /// The first row of which something is in no source.
  std::optional<hsize_t> first_gap() const {
    if (H5Sget_select_type(space_.id()) == H5S_SEL_ALL) return std::nullopt;
    if (H5Sget_select_npoints(space_.id()) == 0) return 0;
    const Extents start(extents_.size(), 0);
    H5Sselect_hyperslab(space_.id(), H5S_SELECT_NOTA, start.data(), nullptr, extents_.data(),
                        nullptr);
    if (H5Sget_select_npoints(space_.id()) == 0) return std::nullopt;
    Extents low(extents_.size());
    Extents high(extents_.size());
    H5Sget_select_bounds(space_.id(), low.data(), high.data());
    return low.front();
  }

 private:
  H5S_seloper_t mode() const {
    return H5Sget_select_type(space_.id()) == H5S_SEL_HYPERSLABS ? H5S_SELECT_OR : H5S_SELECT_SET;
  }

  void add_each_block(const DataspaceHandle& selected) {
    const hssize_t count = H5Sget_select_hyper_nblocks(selected.id());
    if (count <= 0) return;
    const std::size_t rank = extents_.size();
    Extents corners(static_cast<std::size_t>(count) * 2 * rank);
    H5Sget_select_hyper_blocklist(selected.id(), 0, static_cast<hsize_t>(count), corners.data());
    for (auto corner = corners.begin(); corner != corners.end();
         corner += static_cast<std::ptrdiff_t>(2 * rank)) {
      const Extents start(corner, corner + static_cast<std::ptrdiff_t>(rank));
      Extents size(rank);
      for (std::size_t axis = 0; axis < rank; ++axis) {
        size[axis] = corner[static_cast<std::ptrdiff_t>(rank + axis)] - start[axis] + 1;
      }
      H5Sselect_hyperslab(space_.id(), mode(), start.data(), nullptr, size.data(), nullptr);
    }
  }

  Extents extents_;
  DataspaceHandle space_;
};

/// The shape up to where the first source ends, of sources that all go on as far as they can.
std::vector<std::size_t> shape_without_gaps(const DatasetPlace& place) {
  const PropertyListHandle access(H5Pcreate(H5P_DATASET_ACCESS));
  H5Pset_virtual_view(access.id(), H5D_VDS_FIRST_MISSING);
  return shape_of(DatasetHandle(H5Dopen2(place.file, place.item.c_str(), access.id())));
}

}  // namespace

std::vector<std::string> require_sources(const DatasetPlace& place, int depth) {
  DatasetHandle dataset = open_dataset(place);
  const std::vector<std::size_t> shape = shape_of(dataset);
  const PropertyListHandle properties(H5Dget_create_plist(dataset.id()));
  dataset.close();
  Sources sources(place, depth);
  Coverage coverage(shape);
  bool has_endless = false;
  for (const Mapping& mapping : mappings_of(properties)) {
    if (H5Sget_simple_extent_ndims(mapping.there.id()) != static_cast<int>(shape.size())) {
      throw DataError(place.words(), "a mapping of another number of axes", "an intact file");
    }
    std::optional<Blocks> blocks = blocks_in(mapping.there, shape.size());
    const std::optional<std::size_t> axis = endless_axis(blocks);
    const hsize_t count = axis ? end_within(*blocks, *axis, shape[*axis]) : 1;
    const bool are_numbered = is_numbered(mapping.file) || is_numbered(mapping.item);
    has_endless = has_endless || axis;
    const std::size_t values = coverage.add(mapping.there, blocks);
    for (hsize_t block = 0; block < (are_numbered ? count : 1); ++block) {
      sources.require(numbered_name(mapping.file, block), numbered_name(mapping.item, block),
                      mapping.source, values / std::max<hsize_t>(1, count), axis && !are_numbered);
    }
  }
  const bool has_gap = has_endless && shape_without_gaps(place) != shape;
  if (const auto gap = has_gap ? shape_without_gaps(place).front() : coverage.first_gap()) {
    throw DataError(place.words(),
                    fmt::format("a virtual dataset of {} of which row {} is in no source",
                                describe(shape), *gap),
                    "sources for all of its values");
  }
  return sources.files();
}

}  // namespace clvae::hdf5
