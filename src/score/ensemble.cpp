#include "score/ensemble.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"
#include "reduce/merged_classes.hpp"
#include "train/encoders.hpp"

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

void check_standardisation(const EnsembleOptions& options) {
  if (!options.standardisation) return;
  const std::vector<double>& means = options.standardisation->means;
  const std::vector<double>& deviations = options.standardisation->deviations;
  const networks::Architecture& architecture = *options.architecture;
  const std::size_t features = architecture.inputs().are_standardised
                                   ? static_cast<std::size_t>(architecture.sample().values())
                                   : 0;
  if (means.size() != features || deviations.size() != features) {
    throw UsageError(fmt::format("{} means and {} deviations to standardise {} features by",
                                 means.size(), deviations.size(), features));
  }
  for (std::size_t i = 0; i < features; ++i) {
    if (std::isfinite(means[i]) && std::isfinite(deviations[i]) && deviations[i] > 0) continue;
    throw UsageError(
        fmt::format("a mean of {} and a deviation of {} to standardise feature {} by; expected "
                    "finite numbers, the second above 0",
                    means[i], deviations[i], i));
  }
}

void check(const EnsembleOptions& options, const std::vector<Member>& members) {
  if (members.empty() || options.class_names.empty()) {
    throw UsageError(fmt::format("an ensemble needs members and classes; found {} and {}",
                                 members.size(), options.class_names.size()));
  }
  const auto classes = static_cast<int>(options.class_names.size());
  for (const Member& member : members) {
    if (member.gaussians.classes == classes &&
        member.gaussians.dimension == options.architecture->latent_dim()) {
      continue;
    }
    throw UsageError(fmt::format("Gaussians of {} classes in {} dimensions; expected {} in {}",
                                 member.gaussians.classes, member.gaussians.dimension, classes,
                                 options.architecture->latent_dim()));
  }
  check_standardisation(options);
  if (options.score == nullptr || !options.score->can_be_primary) {
    throw UsageError(fmt::format("new samples can be scored by {} alone",
                                 alternatives(reduce::primary_score_names())));
  }
  reduce::require_mergeable(*options.score, options.merge);
}

/// \param sample values of each  \param is_usable tells of each value
template <class Value, class IsUsable>
void check_values(gsl::span<const Value> values, std::size_t sample, const char* expected,
                  const IsUsable& is_usable) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (is_usable(values[i])) continue;
    throw UsageError(fmt::format("{} as value {} of sample {}; expected {}", values[i], i % sample,
                                 i / sample, expected));
  }
}

/// Latents of samples however far away, as numbers that can be reckoned with.
std::vector<float> within_bounds(const std::vector<float>& latents) {
  std::vector<float> bounded = latents;
  for (float& latent : bounded) {
    if (std::abs(latent) <= kFarthestLatent) continue;
    latent =
        latent < 0 ? -kFarthestLatent : kFarthestLatent;  // the latter also for what is no number
  }
  return bounded;
}

/// Samples that the members have encoded, as scores read them.
class EncodedSamples : public reduce::MemberValues {
 public:
  using Latents = std::function<std::vector<float>(std::size_t member)>;

  /// \param gaussians of the members, must outlive this  \param references of a joint score
  EncodedSamples(const std::vector<reduce::Gaussians>& gaussians,
                 const reduce::References* references, std::size_t samples, Latents latents)
      : gaussians_(gaussians),
        references_(references),
        places_(first_numbers(samples)),
        latents_(std::move(latents)) {}

  std::size_t members() const override { return gaussians_.size(); }
  std::size_t classes() const override {
    return static_cast<std::size_t>(gaussians_.front().classes);
  }
  const std::vector<std::size_t>& places(reduce::Part /*part*/) const override { return places_; }
  gsl::span<const std::int32_t> training_classes() const override { return {}; }
  std::vector<float> values(std::size_t member, reduce::Reading /*latents*/) const override {
    return latents_(member);
  }
  const reduce::Gaussians& gaussians(std::size_t member) const override {
    return gaussians_[member];
  }
  /// \pre the score is joint
  const reduce::References& references() const override { return *references_; }

 private:
  const std::vector<reduce::Gaussians>& gaussians_;
  const reduce::References* references_;
  std::vector<std::size_t> places_;
  Latents latents_;
};

}  // namespace

std::shared_ptr<const reduce::References> references_of(const EnsembleOptions& options,
                                                        const std::vector<Member>& members) {
  std::vector<std::size_t> indices;
  std::vector<std::vector<float>> latents;
  std::vector<reduce::Gaussians> own;
  for (const Member& member : members) {
    indices.push_back(member.index);
    latents.push_back(member.reference_latents);
    own.push_back(member.gaussians);
  }
  auto references = std::make_shared<const reduce::References>(
      options.reference_classes, std::move(indices), std::move(latents), std::move(own));
  references->blocks();  // fitted once, and refused here
  return references;
}

struct Ensemble::Impl {
  Impl(const EnsembleOptions& given, const std::vector<Member>& members)
      : options(given),
        traits(given.score->traits(given.class_names.size())),
        encoders(given.architecture, given.device) {
    for (const Member& member : members) {
      encoders.add(member.encoder_weights);
      gaussians.push_back(member.gaussians);
    }
    if (options.score->is_joint) references = references_of(options, members);
  }

  std::size_t pixels() const {
    return static_cast<std::size_t>(options.architecture->sample().values());
  }
  std::vector<float> anomalies(const EncodedSamples& samples) const;
  void require_whole(std::size_t values) const;
  Scores score(const Values& samples) const;
  template <class Value>
  Scores score_features(gsl::span<const Value> features) const;
  /// \param batch_of gives `count` values from `begin` on, as the members take them
  template <class BatchOf>
  Scores score_batches(std::size_t values, const BatchOf& batch_of) const;
  Scores score_batch(const Values& samples) const;
  std::vector<float> disagreement(const std::vector<std::vector<double>>& values,
                                  const std::vector<std::int32_t>& nearest) const;

  EnsembleOptions options;
  reduce::ScoreTraits traits;
  train::Encoders encoders;
  std::vector<reduce::Gaussians> gaussians;
  std::shared_ptr<const reduce::References> references;  ///< of a joint score
};

/// The anomaly scores of all members together.
std::vector<float> Ensemble::Impl::anomalies(const EncodedSamples& samples) const {
  const auto scored =
      options.score->make(samples, {options.merge, reduce::Part::test, options.score});
  return reduce::anomalies_of_all(*scored, first_numbers(gaussians.size()));
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

void Ensemble::Impl::require_whole(std::size_t values) const {
  if (values % pixels() == 0) return;
  throw UsageError(fmt::format("{} values are no whole samples of {} each", values, pixels()));
}

Scores Ensemble::Impl::score(const Values& samples) const {
  require_whole(samples.size());
  const networks::InputValues& inputs = options.architecture->inputs();
  check_values(samples.numbers(), pixels(), inputs.in_words,
               [&](float value) { return inputs.include(value); });
  return score_batches(samples.size(), [&](std::size_t begin, std::size_t count) {
    return samples.subspan(begin, count);
  });
}

/// \pre there is a standardisation
template <class Value>
Scores Ensemble::Impl::score_features(gsl::span<const Value> features) const {
  require_whole(features.size());
  const data::Standardisation& by = *options.standardisation;
  check_values(features, pixels(), options.architecture->inputs().in_words, [&](Value value) {
    return std::isfinite(in_precision(static_cast<double>(value), by.precision));
  });
  std::vector<double> exact;
  std::vector<float> standardised;
  return score_batches(features.size(), [&](std::size_t begin, std::size_t count) {
    const auto some = features.subspan(begin, count);
    exact.assign(some.begin(), some.end());
    standardised.resize(count);
    by.apply(exact, standardised);
    return Values(standardised);
  });
}

template <class BatchOf>
Scores Ensemble::Impl::score_batches(std::size_t values, const BatchOf& batch_of) const {
  const std::size_t batch = kBatch * pixels();
  Scores all;
  for (std::size_t begin = 0; begin < values; begin += batch) {
    const Scores scores = score_batch(batch_of(begin, std::min(batch, values - begin)));
    append(all.anomaly, scores.anomaly);
    append(all.nearest_class, scores.nearest_class);
    append(all.confidence, scores.confidence);
    append(all.disagreement, scores.disagreement);
  }
  return all;
}

Scores Ensemble::Impl::score_batch(const Values& samples) const {
  std::vector<std::vector<float>> latents(gaussians.size());
  encoders.encode(samples, [&](std::size_t member, const std::vector<float>& found) {
    latents[member] = within_bounds(found);
  });
  const std::size_t count = samples.size() / pixels();
  const EncodedSamples encoded(gaussians, references.get(), count,
                               [&](std::size_t member) { return latents[member]; });
  std::vector<std::vector<double>> values;
  for (std::size_t i = 0; i < gaussians.size(); ++i) {
    values.push_back(options.score->values(encoded, i, reduce::Part::test));
  }

  Scores scores;
  scores.anomaly = anomalies(encoded);
  const std::vector<float> merged = reduce::class_scores_of_all(
      *options.score, options.merge, encoded, reduce::Part::test, values);
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
const networks::Architecture& Ensemble::architecture() const {
  return *impl_->options.architecture;
}

Scores Ensemble::score(gsl::span<const std::uint8_t> pixels) const {
  if (!architecture().inputs().may_be_bytes && !pixels.empty()) {
    throw UsageError("bytes of images for members that take vectors of features");
  }
  return impl_->score(pixels);
}

Scores Ensemble::score(gsl::span<const float> values) const {
  return impl_->options.standardisation ? impl_->score_features(values) : impl_->score(values);
}

Scores Ensemble::score(gsl::span<const double> values) const {
  if (impl_->options.standardisation) return impl_->score_features(values);
  const std::vector<float> rounded(values.begin(), values.end());
  return impl_->score(rounded);
}

Scores Ensemble::score(const data::SampleBlock& block) const {
  if (!block.pixels.empty()) return score(block.pixels);
  return block.features.empty() ? score(block.values) : score(block.features);
}

std::vector<float> Ensemble::anomalies_of_latents(
    std::size_t samples,
    const std::function<std::vector<float>(std::size_t member)>& latents) const {
  if (samples == 0) return {};
  return impl_->anomalies({impl_->gaussians, impl_->references.get(), samples, latents});
}

}  // namespace clvae::score
