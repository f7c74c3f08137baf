#include "hdf5/item.hpp"

#include <cstdint>
#include <limits>

#include <fmt/format.h>

namespace clvae::hdf5 {

std::optional<std::size_t> element_count(const std::vector<std::size_t>& shape) {
  // File offsets are signed.
  constexpr auto kMost = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max());
  std::size_t count = 1;
  for (const std::size_t extent : shape) {
    if (extent != 0 && count > kMost / extent) return std::nullopt;
    count *= extent;
  }
  return count;
}

std::optional<std::size_t> byte_count(const Item& item) {
  std::vector<std::size_t> shape = item.shape;
  shape.push_back(item.element.bytes);
  return element_count(shape);
}

std::size_t row_bytes(const Item& item) {
  const std::vector<std::size_t> row(item.shape.begin() + 1, item.shape.end());
  return element_count(row).value_or(0) * item.element.bytes;
}

std::string describe(const std::vector<std::size_t>& shape) {
  return fmt::format("[{}]", fmt::join(shape, ", "));
}

std::string describe(const Item& item) {
  return fmt::format("{} {}", describe(file_type(item.element, item.path).id()),
                     describe(item.shape));
}

}  // namespace clvae::hdf5
