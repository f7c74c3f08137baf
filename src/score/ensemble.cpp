#include "clvae/score/ensemble.hpp"

#include <algorithm>
#include <numeric>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "clvae/reduce/merged_classes.hpp"
#include "clvae/reduce/packed_scores.hpp"
#include "clvae/train/encoders.hpp"

namespace clvae::score {

namespace {

/// The batch that encoders work on.
constexpr std::size_t kBatch = 256;

std::vector<std::size_t> first_numbers(std::size_t count) {
  std::vector<std::size_t> numbers(count);
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  return numbers;
}

template <class Value>
void append(std::vector<Value>& all, const std::vector<Value>& some) {
  all.insert(all.end(), some.begin(), some.end());
}

void check(const EnsembleOptions& options, const std::vector<Member>& members) {
  if (members.empty() || options.class_names.empty()) {
    throw UsageError(fmt::format("an ensemble needs members and classes; found {} and {}",
                                 members.size(), options.class_names.size()));
  }
  const auto classes = static_cast<int>(options.class_names.size());
  for (const Member& member : members) {
    if (member.gaussians.classes == classes &&
        member.gaussians.dimension == options.architecture.latent_dim) {
      continue;
    }
    throw UsageError(fmt::format("Gaussians of {} classes in {} dimensions; expected {} in {}",
                                 member.gaussians.classes, member.gaussians.dimension, classes,
                                 options.architecture.latent_dim));
  }
}

}  // namespace

struct Ensemble::Impl {
  Impl(const EnsembleOptions& given, const std::vector<Member>& members)
      : options(given),
        traits{given.class_names.size(), reduce::is_logarithm(given.score), true},
        encoders(given.architecture, given.device) {
    reduce::require_mergeable(traits, options.merge);
    for (const Member& member : members) {
      encoders.add(member.encoder_weights);
      gaussians.push_back(member.gaussians);
    }
  }

  std::size_t pixels() const { return static_cast<std::size_t>(options.architecture.pixels()); }
  std::vector<float> all_members(const reduce::PackedScores& packed) const;
  Scores score_batch(gsl::span<const std::uint8_t> images) const;
  std::vector<float> disagreement(const std::vector<std::vector<double>>& values,
                                  const std::vector<std::int32_t>& nearest) const;

  EnsembleOptions options;
  reduce::ScoreTraits traits;
  train::Encoders encoders;
  std::vector<reduce::Gaussians> gaussians;
};

/// The anomaly scores of all members together.
std::vector<float> Ensemble::Impl::all_members(const reduce::PackedScores& packed) const {
  const reduce::Order order = first_numbers(packed.members());
  std::vector<float> of_sizes(packed.members() * packed.stride());
  packed.anomalies(gsl::make_span(&order, 1), of_sizes);
  const auto begin =
      of_sizes.begin() + static_cast<std::ptrdiff_t>((packed.members() - 1) * packed.stride());
  return {begin, begin + static_cast<std::ptrdiff_t>(packed.samples())};
}

std::vector<float> Ensemble::Impl::disagreement(const std::vector<std::vector<double>>& values,
                                                const std::vector<std::int32_t>& nearest) const {
  std::vector<float> others(nearest.size(), 0);
  for (const std::vector<double>& of_member : values) {
    const auto own = reduce::nearest_classes(of_member, traits.classes);
    for (std::size_t i = 0; i < own.size(); ++i) others[i] += own[i] == nearest[i] ? 0.0F : 1.0F;
  }
  for (float& count : others) count /= static_cast<float>(values.size());
  return others;
}

Scores Ensemble::Impl::score_batch(gsl::span<const std::uint8_t> images) const {
  std::vector<std::vector<double>> values(gaussians.size());
  encoders.encode(images, [&](std::size_t member, const std::vector<float>& latents) {
    values[member] = reduce::class_scores(gaussians[member], latents, options.score);
  });
  const std::size_t count = images.size() / pixels();
  reduce::PackedScores packed(traits, options.merge, first_numbers(count), gaussians.size());
  for (std::size_t i = 0; i < values.size(); ++i) packed.set_member(i, values[i]);

  Scores scores;
  scores.anomaly = all_members(packed);
  const std::vector<float> merged = reduce::merged_class_scores(traits, options.merge, values);
  scores.nearest_class = reduce::nearest_classes(merged, traits.classes);
  const std::vector<double> shares = reduce::class_shares(traits, merged);
  for (std::size_t i = 0; i < count; ++i) {
    const auto nearest = static_cast<std::size_t>(scores.nearest_class[i]);
    scores.confidence.push_back(static_cast<float>(shares[i * traits.classes + nearest]));
  }
  scores.disagreement = disagreement(values, scores.nearest_class);
  return scores;
}

Ensemble::Ensemble(const EnsembleOptions& options, const std::vector<Member>& members) {
  check(options, members);
  impl_ = std::make_unique<Impl>(options, members);
}
Ensemble::~Ensemble() = default;
Ensemble::Ensemble(Ensemble&&) noexcept = default;
Ensemble& Ensemble::operator=(Ensemble&&) noexcept = default;

std::size_t Ensemble::members() const { return impl_->gaussians.size(); }
const std::vector<std::string>& Ensemble::class_names() const { return impl_->options.class_names; }
const model::Architecture& Ensemble::architecture() const { return impl_->options.architecture; }

Scores Ensemble::score(gsl::span<const std::uint8_t> pixels) const {
  const std::size_t image = impl_->pixels();
  if (pixels.size() % image != 0) {
    throw UsageError(fmt::format("{} bytes are no whole images of {} each", pixels.size(), image));
  }
  Scores all;
  for (std::size_t begin = 0; begin < pixels.size(); begin += kBatch * image) {
    const std::size_t count = std::min(kBatch * image, pixels.size() - begin);
    const Scores batch = impl_->score_batch(pixels.subspan(begin, count));
    append(all.anomaly, batch.anomaly);
    append(all.nearest_class, batch.nearest_class);
    append(all.confidence, batch.confidence);
    append(all.disagreement, batch.disagreement);
  }
  return all;
}

std::vector<float> Ensemble::anomalies_of_latents(
    std::size_t samples,
    const std::function<std::vector<float>(std::size_t member)>& latents) const {
  if (samples == 0) return {};
  reduce::PackedScores packed(impl_->traits, impl_->options.merge, first_numbers(samples),
                              members());
  for (std::size_t i = 0; i < members(); ++i) {
    packed.set_member(i,
                      reduce::class_scores(impl_->gaussians[i], latents(i), impl_->options.score));
  }
  return impl_->all_members(packed);
}

}  // namespace clvae::score
