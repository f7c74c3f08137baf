#include "evaluate/gaussian_fits.hpp"

#include <cstring>

#include "embed/trained_run.hpp"

namespace clvae::evaluate {

namespace {

void append(std::string& bytes, const std::vector<double>& values) {
  const std::size_t begin = bytes.size();
  bytes.resize(begin + values.size() * sizeof(double));
  std::memcpy(&bytes[begin], values.data(), values.size() * sizeof(double));
}

/// Takes the next `count` values.
std::vector<double> take(const std::string& bytes, std::size_t& place, std::size_t count) {
  std::vector<double> values(count);
  std::memcpy(values.data(), bytes.data() + place, count * sizeof(double));
  place += count * sizeof(double);
  return values;
}

}  // namespace

std::vector<reduce::Gaussians> gaussian_fits(const comm::Communicator& world,
                                             const store::Reader& reader,
                                             gsl::span<const std::int32_t> training_classes,
                                             const KindMembers& kind) {
  const auto ranks = static_cast<std::size_t>(world.size());
  std::size_t classes = 0;
  std::size_t dimension = 0;
  std::string own;
  comm::together(world, [&] {
    classes = reader.inlier_classes().size();
    dimension = reader.summary(kind.kind).latent_dim;
    for (auto i = static_cast<std::size_t>(world.rank().value()); i < kind.intact.size();
         i += ranks) {
      const reduce::Gaussians fit =
          embed::fit_of(reader, kind.kind, kind.intact[i], training_classes);
      append(own, fit.means);
      append(own, fit.whiteners);
      append(own, fit.log_peaks);
    }
  });
  const std::vector<std::string> shares = world.all_gather(own);
  std::vector<std::size_t> places(ranks, 0);
  std::vector<reduce::Gaussians> fits;
  for (std::size_t i = 0; i < kind.intact.size(); ++i) {
    const std::string& share = shares[i % ranks];
    std::size_t& place = places[i % ranks];
    reduce::Gaussians fit;
    fit.classes = static_cast<int>(classes);
    fit.dimension = static_cast<int>(dimension);
    fit.means = take(share, place, classes * dimension);
    fit.whiteners = take(share, place, classes * dimension * dimension);
    fit.log_peaks = take(share, place, classes);
    fits.push_back(std::move(fit));
  }
  return fits;
}

}  // namespace clvae::evaluate
