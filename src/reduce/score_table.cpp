#include "reduce/score_table.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"
#include "reduce/combined_scores.hpp"
#include "reduce/joint_scores.hpp"
#include "reduce/joint_scripts.hpp"
#include "reduce/merged_classes.hpp"
#include "reduce/nearest_scores.hpp"
#include "reduce/packed_scores.hpp"

namespace clvae::reduce {

namespace {

constexpr ScoreFamily kLatentDivergence{"latent_divergence", "latent divergence"};
constexpr ScoreFamily kReconstructionError{"reconstruction_error", "reconstruction error"};

/// The score of each class for each latent, by the class's Gaussian.
Score latent_divergence(std::string_view name, std::string_view title, GaussianScore by,
                        std::string_view help) {
  Score score;
  score.name = name;
  score.title = title;
  score.family = kLatentDivergence;
  score.can_be_primary = true;
  score.help = help;
  score.reads = {{Quantity::class_gaussians, Part::train}, {Quantity::latents, Part::test}};
  score.has_logarithms = by.distances == GaussianScore().distances;
  score.merges = merges_for(score.traits(1));
  score.values = [by](const MemberValues& members, std::size_t member, Part part) {
    return class_scores(members.gaussians(member),
                        members.values(member, {Quantity::latents, part}), by);
  };
  score.gaussian_score = by;
  score.anomaly_script = "-torch.amax(merged, [1])";
  return score;
}

/// What members left in the run file as it is.
Score as_left(Quantity quantity) {
  Score score;
  score.reads = {{quantity, Part::test}};
  score.values = [quantity](const MemberValues& members, std::size_t member, Part part) {
    const std::vector<float> values = members.values(member, {quantity, part});
    return std::vector<double>(values.begin(), values.end());
  };
  return score;
}

Score reconstruction_error() {
  Score score = as_left(Quantity::reconstruction_errors);
  score.name = kReconstructionError.name;
  score.title = kReconstructionError.title;
  score.family = kReconstructionError;
  score.higher_is_normal = false;
  score.knows_classes = false;
  score.merges = merges_for(score.traits(1));
  return score;
}

Score class_confidence() {
  Score score = as_left(Quantity::class_log_probabilities);
  score.name = "confidence";
  score.title = "class confidence";
  score.family = {score.name, score.title};
  score.has_logarithms = true;
  score.merges = merges_for(score.traits(1));
  score.merges.push_back(Merge::max_first);  // as the authors' public code has it
  return score;
}

/// One member is all there is, so that merging has nothing to choose.
Score log_likelihood() {
  Score score = as_left(Quantity::class_log_likelihoods);
  score.name = "log_likelihood";
  score.title = "log-likelihood";
  score.family = {score.name, score.title};
  score.has_logarithms = true;
  score.merges = {Merge::mean};
  return score;
}

/// The primary latent divergence and the reconstruction error, each scaled by the validation
/// inliers', for each set of members anew.
Score combined() {
  Score score;
  score.name = score.title = "combined";
  score.family = {score.name, score.title};
  score.reads = {{Quantity::class_gaussians, Part::train},
                 {Quantity::latents, Part::test},
                 {Quantity::latents, Part::validation},
                 {Quantity::reconstruction_errors, Part::test},
                 {Quantity::reconstruction_errors, Part::validation}};
  score.validation_inliers = 2;
  score.validation_use = "it is scaled on validation inliers";
  score.has_primary_merge_only = true;
  score.has_logarithms = true;
  score.merges = merges_for(score.traits(1));
  score.make = [](const MemberValues& members, const Scoring& scoring) {
    const Score& error = *score_named(kReconstructionError.name);
    const auto divergence = [&](Part part) {
      return scoring.primary->make(members, {scoring.merge, part, scoring.primary});
    };
    return std::make_unique<CombinedScores>(CombinedParts{
        divergence(Part::test), error.make(members, {Merge::mean, Part::test}),
        divergence(Part::validation), error.make(members, {Merge::mean, Part::validation})});
  };
  return score;
}

/// Of new samples it tells what a member's own Mahalanobis distances do: which class is its own.
Score joint_score(std::string_view name, std::string_view title, std::string_view help) {
  Score score = latent_divergence(name, title, {1, false}, help);
  score.family = {name, title};
  score.reads.push_back({Quantity::reference_latents, Part::train});
  score.merges = {Merge::joint};
  score.is_joint = true;
  return score;
}

Score joint() {
  Score score =
      joint_score("joint", "joint Mahalanobis",
                  "minus the squared distance in the latent spaces of all members at once, so that "
                  "members that say the same count once");
  score.make = [](const MemberValues& members, const Scoring& scoring) {
    return std::make_unique<JointScores>(members, scoring.part);
  };
  score.class_scores = [](const MemberValues& members, Part part,
                          const std::vector<std::vector<double>>& /*values*/) {
    return joint_class_scores(members, part);
  };
  score.joint_script = kJointScript;
  score.joint_tensors = joint_tensors;
  return score;
}

Score nearest() {
  Score score =
      joint_score("nearest", "nearest neighbours",
                  "the distance of the fifth nearest training inlier, of those that are kept for "
                  "it, in the latent spaces of all members at once");
  score.make = [](const MemberValues& members, const Scoring& scoring) {
    return std::make_unique<NearestScores>(members, scoring.part);
  };
  // Neighbours tell how strange a sample is; of what class it is, the distances' mean does.
  score.class_scores = [](const MemberValues& members, Part /*part*/,
                          const std::vector<std::vector<double>>& values) {
    return merged_class_scores({members.classes(), false, true}, Merge::mean, values);
  };
  score.anomaly_script = "strangeness";
  score.joint_script = kNearestScript;
  score.joint_tensors = nearest_tensors;
  return score;
}

std::vector<Score> made_table() {
  return {
      latent_divergence("density", "density", {0.5, true}, "its density there (the paper's text)"),
      latent_divergence("peak_normalised", "peak-normalised", {0.5, false},
                        "the density over its peak (the authors' public code), so that wide "
                        "classes count as much as narrow ones"),
      latent_divergence("mahalanobis", "Mahalanobis", {1, false},
                        "minus the squared distance in units of the spread"),
      joint(),
      nearest(),
      reconstruction_error(),
      class_confidence(),
      log_likelihood(),
      combined()};
}

}  // namespace

bool Score::can_be_merged_by(Merge merge) const {
  if (is_joint) return true;
  return std::find(merges.begin(), merges.end(), merge) != merges.end();
}

std::vector<std::string> Score::merge_names() const {
  std::vector<std::string> names;
  for (const Merge merge : merges) names.emplace_back(name_of(merge));
  return names;
}

void require_mergeable(const Score& score, Merge merge) {
  if (score.can_be_merged_by(merge)) return;
  throw UsageError(fmt::format("score {} can't be merged by {}, only by {}", score.name,
                               name_of(merge), alternatives(score.merge_names())));
}

const std::vector<Score>& score_table() {
  static const std::vector<Score> table = [] {
    std::vector<Score> scores = made_table();
    for (Score& score : scores) {
      if (score.make) continue;
      score.make = [name = score.name](const MemberValues& members, const Scoring& scoring) {
        const Score& row = *score_named(name);
        return packed(row.traits(members.classes()), row.values, members, scoring);
      };
    }
    return scores;
  }();
  return table;
}

const Score* score_named(std::string_view name) {
  for (const Score& score : score_table()) {
    if (score.name == name) return &score;
  }
  return nullptr;
}

std::vector<std::string> primary_score_names() {
  std::vector<std::string> names;
  for (const Score& score : score_table()) {
    if (score.can_be_primary) names.emplace_back(score.name);
  }
  return names;
}

std::vector<float> class_scores_of_all(const Score& score, Merge merge, const MemberValues& members,
                                       Part part, const std::vector<std::vector<double>>& values) {
  if (score.class_scores) return score.class_scores(members, part, values);
  return merged_class_scores(score.traits(members.classes()), merge, values);
}

std::unique_ptr<ScoredMembers> packed(const ScoreTraits& traits, const ValuesOf& values,
                                      const MemberValues& members, const Scoring& scoring) {
  auto scored = std::make_unique<PackedScores>(traits, scoring.merge, members.places(scoring.part),
                                               members.members());
  for (std::size_t member = 0; member < members.members(); ++member) {
    scored->set_member(member, values(members, member, scoring.part));
  }
  return scored;
}

std::string primary_scores_in_words() {
  std::string words;
  for (const Score& score : score_table()) {
    if (!score.can_be_primary) continue;
    words += fmt::format("{}{}, {}", words.empty() ? "" : "; ", score.name, score.help);
  }
  return words;
}

std::string merges_in_words() {
  std::string words;
  std::string exceptions;
  for (const MergeRow& row : merge_table()) {
    if (!row.merges_classes) continue;
    words += fmt::format("{}{} {}", words.empty() ? "" : ", ", row.name, row.help);
    for (const Score& score : score_table()) {
      if (!score.can_be_primary || score.can_be_merged_by(row.merge)) continue;
      exceptions += fmt::format(" {} cannot be had with {}{}.", row.name, score.name,
                                score.has_logarithms ? "" : ", which is no density");
    }
  }
  std::string joint;
  for (const Score& score : score_table()) {
    if (score.is_joint) joint += fmt::format("{}{}", joint.empty() ? "" : " and ", score.name);
  }
  return fmt::format("{}.{} A merge says nothing to {}, which look at all members at once.", words,
                     exceptions, joint);
}

}  // namespace clvae::reduce
