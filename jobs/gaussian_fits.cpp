#include "gaussian_fits.hpp"

#include <cstring>

#include "experiment.hpp"

namespace clvae::jobs {

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

reduce::Gaussians fit_of(const store::Reader& reader, const TestBed& bed, Kind kind,
                         MemberIndex member) {
  const auto dimension = static_cast<int>(reader.summary(kind).latent_dim);
  if (reader.has_dataset(kind, slab::kTrainLatents)) {
    return reduce::fit_gaussians(reader.slab(kind, member, slab::kTrainLatents), bed.train_classes,
                                 bed.classes, dimension);
  }
  return reduce::gaussians_of({bed.classes, dimension,
                               reader.exact_slab(kind, member, slab::kClassMeans),
                               reader.exact_slab(kind, member, slab::kClassCovariances)});
}

std::vector<reduce::Gaussians> gaussian_fits(const comm::Communicator& world,
                                             const store::Reader& reader, const TestBed& bed,
                                             const KindMembers& kind) {
  const auto ranks = static_cast<std::size_t>(world.size());
  std::size_t dimension = 0;
  std::string own;
  comm::together(world, [&] {
    dimension = reader.summary(kind.kind).latent_dim;
    for (auto i = static_cast<std::size_t>(world.rank().value()); i < kind.intact.size();
         i += ranks) {
      const reduce::Gaussians fit = fit_of(reader, bed, kind.kind, kind.intact[i]);
      append(own, fit.means);
      append(own, fit.whiteners);
      append(own, fit.log_peaks);
    }
  });
  const std::vector<std::string> shares = world.all_gather(own);
  const auto classes = static_cast<std::size_t>(bed.classes);
  std::vector<std::size_t> places(ranks, 0);
  std::vector<reduce::Gaussians> fits;
  for (std::size_t i = 0; i < kind.intact.size(); ++i) {
    const std::string& share = shares[i % ranks];
    std::size_t& place = places[i % ranks];
    reduce::Gaussians fit;
    fit.classes = bed.classes;
    fit.dimension = static_cast<int>(dimension);
    fit.means = take(share, place, classes * dimension);
    fit.whiteners = take(share, place, classes * dimension * dimension);
    fit.log_peaks = take(share, place, classes);
    fits.push_back(std::move(fit));
  }
  return fits;
}

}  // namespace clvae::jobs
