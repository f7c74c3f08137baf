#include "evaluate/stored_members.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "embed/trained_run.hpp"
#include "evaluate/gaussian_fits.hpp"
#include "methods/method.hpp"
#include "store/slabs.hpp"

namespace clvae::evaluate {

namespace {

using reduce::Part;
using reduce::Quantity;

/// Where the run file has a quantity.
struct Place {
  Quantity quantity;
  Part part;
  const char* slab;
};

constexpr std::array<Place, 9> kPlaces{{
    {Quantity::latents, Part::train, slab::kTrainLatents},
    {Quantity::latents, Part::validation, slab::kValidationLatents},
    {Quantity::latents, Part::test, slab::kTestLatents},
    {Quantity::reconstruction_errors, Part::validation, slab::kValidationErrors},
    {Quantity::reconstruction_errors, Part::test, slab::kTestErrors},
    {Quantity::class_log_probabilities, Part::validation, slab::kValidationLogProbabilities},
    {Quantity::class_log_probabilities, Part::test, slab::kTestLogProbabilities},
    {Quantity::class_log_likelihoods, Part::validation, slab::kValidationLogLikelihoods},
    {Quantity::class_log_likelihoods, Part::test, slab::kTestLogLikelihoods},
}};

/// Nothing where there is no place for it.
const char* slab_of(reduce::Reading reading) {
  for (const Place& place : kPlaces) {
    if (place.quantity == reading.quantity && place.part == reading.part) return place.slab;
  }
  return nullptr;
}

std::vector<std::size_t> numbers_below(std::size_t samples) {
  std::vector<std::size_t> places(samples);
  std::iota(places.begin(), places.end(), std::size_t{0});
  return places;
}

}  // namespace

StoredMembers::StoredMembers(const comm::Communicator& world, const store::Reader& reader,
                             const TestBed& bed, const KindMembers& kind)
    : reader_(reader),
      bed_(bed),
      kind_(kind),
      places_{numbers_below(bed.train_classes.size()), numbers_below(bed.validation_samples),
              bed.test_set.samples} {
  if (methods::method_of(kind.kind).has_centres())
    fits_ = gaussian_fits(world, reader, bed.train_classes, kind);
}

bool StoredMembers::have(const reduce::Score& score) const {
  return std::all_of(score.reads.begin(), score.reads.end(),
                     [this](reduce::Reading reading) { return has(reading); });
}

std::optional<std::string> StoredMembers::lack(const reduce::Score& score) const {
  const bool has_others =
      std::all_of(score.reads.begin(), score.reads.end(), [this](reduce::Reading reading) {
        return reading.quantity == Quantity::reference_latents || has(reading);
      });
  if (!has_others || have(score)) return std::nullopt;
  return fmt::format(
      "its {} members keep no latents of training inliers, as an earlier version left them with "
      "store.train_latents: false",
      kind_.name());
}

bool StoredMembers::has(reduce::Reading reading) const {
  if (reading.quantity == Quantity::class_gaussians) return !fits_.empty();
  if (reading.quantity == Quantity::reference_latents) {
    return !fits_.empty() && embed::has_references(reader_, kind_.kind);
  }
  const char* const slab = slab_of(reading);
  return slab != nullptr && reader_.has_dataset(kind_.kind, slab);
}

const std::vector<std::size_t>& StoredMembers::places(Part part) const {
  return places_.at(static_cast<std::size_t>(part));
}

const reduce::References& StoredMembers::references() const {
  if (!references_) {
    const embed::ReferenceSamples samples = embed::reference_samples(reader_, bed_.train_classes);
    std::vector<std::size_t> indices;
    std::vector<std::vector<float>> latents;
    for (const MemberIndex member : kind_.intact) {
      indices.push_back(member.value());
      latents.push_back(embed::reference_latents(reader_, kind_.kind, member, samples));
    }
    references_.emplace(samples.classes, std::move(indices), std::move(latents), fits_);
  }
  return *references_;
}

std::vector<float> StoredMembers::values(std::size_t member, reduce::Reading reading) const {
  const char* const slab = slab_of(reading);
  if (slab == nullptr) throw RunError("a score reads what no member has");
  return reader_.slab(kind_.kind, kind_.intact.at(member), slab);
}

}  // namespace clvae::evaluate
