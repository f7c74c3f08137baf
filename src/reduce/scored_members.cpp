#include "reduce/scored_members.hpp"

#include <algorithm>
#include <numeric>

namespace clvae::reduce {

namespace {

constexpr std::size_t kDense = 16;
constexpr std::size_t kGrowth = 10;  ///< beyond them each size is a tenth larger than the last

}  // namespace

std::vector<std::size_t> sizes_a_tenth_apart(std::size_t members) {
  std::vector<std::size_t> sizes;
  for (std::size_t size = 1; size < members;
       size += size < kDense ? 1 : std::max<std::size_t>(1, size / kGrowth)) {
    sizes.push_back(size);
  }
  sizes.push_back(members);
  return sizes;
}

std::vector<std::size_t> thinned_sizes(std::size_t members) {
  std::vector<std::size_t> sizes = sizes_a_tenth_apart(members);
  const std::size_t last_but_one = sizes.size() > 1 ? sizes[sizes.size() - 2] : members - 1;
  if (last_but_one + 1 < members) sizes.insert(sizes.end() - 1, members - 1);
  return sizes;
}

std::vector<std::size_t> ScoredMembers::sizes() const {
  std::vector<std::size_t> all(members());
  std::iota(all.begin(), all.end(), std::size_t{1});
  return all;
}

std::vector<float> anomalies_of_all(const ScoredMembers& scored, const Order& order) {
  const std::size_t sizes = scored.sizes().size();
  std::vector<float> of_sizes(sizes * scored.stride());
  scored.anomalies(gsl::make_span(&order, 1), of_sizes);
  const auto begin = of_sizes.begin() + static_cast<std::ptrdiff_t>((sizes - 1) * scored.stride());
  return {begin, begin + static_cast<std::ptrdiff_t>(scored.samples())};
}

}  // namespace clvae::reduce
