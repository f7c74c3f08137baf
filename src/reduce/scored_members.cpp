#include "reduce/scored_members.hpp"

namespace clvae::reduce {

std::vector<float> anomalies_of_all(const ScoredMembers& scored, const Order& order) {
  std::vector<float> of_sizes(scored.members() * scored.stride());
  scored.anomalies(gsl::make_span(&order, 1), of_sizes);
  const auto begin =
      of_sizes.begin() + static_cast<std::ptrdiff_t>((scored.members() - 1) * scored.stride());
  return {begin, begin + static_cast<std::ptrdiff_t>(scored.samples())};
}

}  // namespace clvae::reduce
