#include "evaluate/scoring.hpp"

#include <algorithm>
#include <memory>

#include "clvae/core/errors.hpp"
#include "evaluate/gaussian_fits.hpp"
#include "run/experiment.hpp"

namespace clvae::evaluate {

namespace {

/// Primary merge first.
std::vector<reduce::Merge> in_order(std::vector<reduce::Merge> merges, const std::string& primary) {
  const auto first = std::find(merges.begin(), merges.end(), reduce::merge_named(primary));
  if (first != merges.end()) std::rotate(merges.begin(), first, first + 1);
  return merges;
}

/// What a member left in the run file under that name.
std::vector<double> slab_of(const store::Reader& reader, const KindMembers& kind,
                            std::size_t member, const std::string& name) {
  const std::vector<float> slab = reader.slab(kind.kind, kind.intact.at(member), name);
  return {slab.begin(), slab.end()};
}

/// A way to score that the members left in the run file as it is, part by part.
Scoring stored_scoring(const store::Reader& reader, const KindMembers& kind,
                       const std::string& slab) {
  Scoring scoring;
  scoring.method = kind.name();
  scoring.members = kind.intact.size();
  scoring.values = [&reader, kind, slab](std::size_t member, const std::string& part) {
    return slab_of(reader, kind, member, part + "_" + slab);
  };
  return scoring;
}

Scoring reconstruction_error(const store::Reader& reader, const KindMembers& kind,
                             const std::string& title) {
  Scoring scoring = stored_scoring(reader, kind, "reconstruction_errors");
  scoring.score = scoring.family = "reconstruction_error";
  scoring.title = title;
  scoring.traits = {1, false, false};
  scoring.merges = {reduce::Merge::mean};
  return scoring;
}

Scoring class_confidence(const store::Reader& reader, const TestBed& bed, const KindMembers& kind,
                         const config::Reduction& reduction) {
  Scoring scoring = stored_scoring(reader, kind, "class_log_probabilities");
  scoring.score = scoring.family = "confidence";
  scoring.title = "CNN, class confidence";
  scoring.traits = {static_cast<std::size_t>(bed.classes), true, true};
  scoring.merges = in_order(reduce::merges_for(scoring.traits), reduction.merge);
  scoring.merges.push_back(reduce::Merge::max_first);
  return scoring;
}

Scoring log_likelihood(const store::Reader& reader, const TestBed& bed, const KindMembers& kind) {
  Scoring scoring = stored_scoring(reader, kind, "class_log_likelihoods");
  scoring.score = scoring.family = "log_likelihood";
  scoring.title = "PCA, log-likelihood";
  scoring.traits = {static_cast<std::size_t>(bed.classes), true, true};
  scoring.merges = {reduce::Merge::mean};
  scoring.is_deterministic = !is_random(kind.kind);
  return scoring;
}

/// What a latent divergence is called that is not the one that figures show.
std::string title_of_variant(reduce::Score score) {
  switch (score) {
    case reduce::Score::density:
      return "CL-VAE, density";
    case reduce::Score::peak_normalised:
      return "CL-VAE, peak-normalised";
    case reduce::Score::mahalanobis:
      return "CL-VAE, Mahalanobis";
  }
  return "";
}

using Fits = std::shared_ptr<const std::vector<reduce::Gaussians>>;

Scoring latent_divergence(const store::Reader& reader, const TestBed& bed, const KindMembers& kind,
                          const Fits& fits, reduce::Score score,
                          const config::Reduction& reduction) {
  Scoring scoring;
  scoring.method = kind.name();
  scoring.score = reduce::name_of(score);
  scoring.family = "latent_divergence";
  scoring.is_primary = scoring.score == reduction.score;
  scoring.title = scoring.is_primary ? "CL-VAE, latent divergence" : title_of_variant(score);
  scoring.traits = {static_cast<std::size_t>(bed.classes), reduce::is_logarithm(score), true};
  scoring.merges = in_order(reduce::merges_for(scoring.traits), reduction.merge);
  scoring.members = kind.intact.size();
  scoring.values = [&reader, kind, fits, score](std::size_t member, const std::string& part) {
    const std::vector<float> latents =
        reader.slab(kind.kind, kind.intact.at(member), part + "_latents");
    return reduce::class_scores(fits->at(member), latents, score);
  };
  return scoring;
}

}  // namespace

std::vector<Scoring> scorings_of(const comm::Communicator& world, const store::Reader& reader,
                                 const TestBed& bed, const KindMembers& kind,
                                 const config::Reduction& reduction) {
  switch (kind.kind) {
    case Kind::vae:
      return {reconstruction_error(reader, kind, "VAE, reconstruction error")};
    case Kind::cnn:
      return {class_confidence(reader, bed, kind, reduction)};
    case Kind::pca:
      return {log_likelihood(reader, bed, kind)};
    case Kind::clvae:
      break;
  }
  const Fits fits = std::make_shared<const std::vector<reduce::Gaussians>>(
      gaussian_fits(world, reader, bed.train_classes, kind));
  std::vector<Scoring> scorings;
  for (const reduce::Score score :
       {reduce::Score::density, reduce::Score::peak_normalised, reduce::Score::mahalanobis}) {
    scorings.push_back(latent_divergence(reader, bed, kind, fits, score, reduction));
  }
  scorings.push_back(reconstruction_error(reader, kind, "CL-VAE, reconstruction error"));
  return scorings;
}

reduce::PackedScores pack(const Scoring& scoring, reduce::Merge merge, const std::string& part,
                          const std::vector<std::size_t>& places, const Observer& observer) {
  reduce::PackedScores packed(scoring.traits, merge, places, scoring.members);
  for (std::size_t member = 0; member < scoring.members; ++member) {
    const std::vector<double> values = scoring.values(member, part);
    packed.set_member(member, values);
    if (observer) observer(values);
  }
  return packed;
}

}  // namespace clvae::evaluate
