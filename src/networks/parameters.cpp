#include "networks/parameters.hpp"

#include <functional>
#include <numeric>

namespace clvae::networks {

std::int64_t Parameter::size() const {
  return std::accumulate(shape.begin(), shape.end(), std::int64_t{1}, std::multiplies<>());
}

std::int64_t parameters_in(const Layout& layout) {
  return std::accumulate(
      layout.begin(), layout.end(), std::int64_t{0},
      [](std::int64_t sum, const Parameter& parameter) { return sum + parameter.size(); });
}

void add_dense(Layout& layout, const std::string& name, std::int64_t inputs, std::int64_t outputs) {
  layout.push_back({name + ".weight", {outputs, inputs}, inputs, outputs});
  layout.push_back({name + ".bias", {outputs}});
}

}  // namespace clvae::networks
