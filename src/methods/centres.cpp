#include "methods/centres.hpp"

#include "networks/centres.hpp"

namespace clvae::methods {

std::vector<double> centres_of(const config::Config& config, std::size_t classes) {
  return networks::class_centres(static_cast<int>(classes), config.model.latent_dim,
                                 config.model.centre_radius);
}

std::vector<double> permuted_centres(const std::vector<double>& centres,
                                     const std::vector<std::int32_t>& permutation) {
  const std::size_t dimension = centres.size() / permutation.size();
  std::vector<double> permuted;
  permuted.reserve(centres.size());
  for (const std::int32_t centre : permutation) {
    const auto begin =
        centres.begin() + static_cast<long>(static_cast<std::size_t>(centre) * dimension);
    permuted.insert(permuted.end(), begin, begin + static_cast<long>(dimension));
  }
  return permuted;
}

bool learns_centres(const config::Config& config) { return config.model.centres == "learned"; }

}  // namespace clvae::methods
