#include "data/label_values.hpp"

#include <algorithm>
#include <cstdint>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::data {

std::vector<std::string> one_hot_labels(const std::vector<std::size_t>& shape, const ReadRows& read,
                                        const std::string& where) {
  constexpr std::size_t kValuesAtOnce = std::size_t{1} << 20U;
  const std::size_t classes = shape[1];
  const std::size_t most = std::max<std::size_t>(1, kValuesAtOnce / classes);
  std::vector<std::string> labels;
  while (labels.size() < shape.front()) {
    const std::size_t count = std::min(most, shape.front() - labels.size());
    const std::vector<float> rows = read(labels.size(), count);
    for (auto row = rows.begin(); row != rows.end(); row += static_cast<std::ptrdiff_t>(classes)) {
      const auto end = row + static_cast<std::ptrdiff_t>(classes);
      const auto one = std::find(row, end, 1.0F);
      const auto zeros = std::count(row, end, 0.0F);
      if (one == end || static_cast<std::size_t>(zeros) + 1 != classes) {
        throw DataError(where,
                        fmt::format("an array of shape [{}] whose row {} is not one 1 among zeros",
                                    fmt::join(shape, ", "), labels.size()),
                        "one label for each sample, [n], or one-hot rows");
      }
      labels.push_back(std::to_string(one - row));
    }
  }
  return labels;
}

}  // namespace clvae::data
