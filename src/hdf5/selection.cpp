#include "hdf5/selection.hpp"

#include <algorithm>
#include <hdf5.h>

#include "hdf5/failures.hpp"

namespace clvae::hdf5 {

Selection select(const Item& item, const std::vector<std::size_t>& leading,
                 const std::string& path) {
  const std::vector<hsize_t> extents(item.shape.begin(), item.shape.end());
  std::vector<hsize_t> start(extents.size(), 0);
  std::vector<hsize_t> count = extents;
  std::copy(leading.begin(), leading.end(), start.begin());
  std::fill_n(count.begin(), leading.size(), hsize_t{1});

  Selection selection;
  selection.elements = element_count({count.begin(), count.end()}).value_or(0);
  const hsize_t elements = selection.elements;
  const auto rank = static_cast<int>(extents.size());
  selection.file = DataspaceHandle(H5Screate_simple(rank, extents.data(), nullptr));
  selection.memory = DataspaceHandle(H5Screate_simple(1, &elements, nullptr));
  require(H5Sselect_hyperslab(selection.file.id(), H5S_SELECT_SET, start.data(), nullptr,
                              count.data(), nullptr) >= 0,
          path, "address a part of " + item.path);
  return selection;
}

}  // namespace clvae::hdf5
