#include "evaluate/outside_set.hpp"

#include <set>
#include <utility>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "config/evaluation_sets.hpp"
#include "core/digest.hpp"
#include "core/paths.hpp"
#include "data/reshaping.hpp"
#include "data/sample_words.hpp"
#include "evaluate/run_ensemble.hpp"

namespace clvae::evaluate {

namespace {

constexpr std::size_t kSamplesAtOnce = 1024;

[[noreturn]] void refuse_set(const std::string& words, const std::string& why) {
  throw UsageError(
      fmt::format("{}: {}; expected NAME=DATA, near:NAME=DATA or far:NAME=DATA", words, why));
}

/// Refuses images of another shape that could be brought to the run's.
[[noreturn]] void refuse_unasked(const config::EvaluationSet& set, const data::ImageShape& found,
                                 const data::ImageShape& expected) {
  throw DataError(set.path, data::describe(found) + data::words_of(found).axes,
                  data::describe(expected) +
                      ", as the run was trained on; --resize, or resize: true in a config, brings "
                      "images of another size or with other channels to that");
}

}  // namespace

config::EvaluationSet parse_set(const std::string& words) {
  const std::size_t equals = words.find('=');
  if (equals == std::string::npos) refuse_set(words, "found no =");
  config::EvaluationSet set{words.substr(0, equals), with_home(words.substr(equals + 1))};
  if (const std::size_t colon = set.name.find(':'); colon != std::string::npos) {
    set.group = set.name.substr(0, colon);
    set.name = set.name.substr(colon + 1);
    if (set.group != "near" && set.group != "far") refuse_set(words, "found group " + set.group);
  }
  const std::string flaw = config::flaw_of_set_name(set.name);
  if (!flaw.empty()) refuse_set(words, fmt::format("found name \"{}\", {}", set.name, flaw));
  if (set.path.empty()) refuse_set(words, "found no data");
  return set;
}

std::vector<config::EvaluationSet> parse_sets(const std::vector<std::string>& words) {
  std::vector<config::EvaluationSet> sets;
  std::set<std::string> names;
  for (const std::string& one : words) {
    sets.push_back(parse_set(one));
    if (!names.insert(sets.back().name).second) refuse_set(one, "that name was given before");
  }
  return sets;
}

OpenSet open_set(const config::EvaluationSet& set, data::SampleForm form) {
  form.format = set.format;
  form.scale = set.scale.value_or(form.scale);
  OpenSet open{data::open_unlabelled(set.path, form), ""};
  const data::ImageShape found = open.samples->shape();
  if (!open.samples->names().empty()) open.brought_from = "image files of any size";
  if (found == form.shape || !data::can_be_reshaped(found, form.shape)) {
    require_shape(set.path, found, form.shape);
    return open;
  }
  if (!set.resize) refuse_unasked(set, found, form.shape);
  open.samples = data::reshaped(std::move(open.samples), form.shape);
  open.brought_from = data::describe(found);
  return open;
}

OutsideSet::OutsideSet(const config::EvaluationSet& set, const data::SampleForm& form,
                       const data::Standardisation& standardisation) {
  const OpenSet open = open_set(set, form);
  data::UnlabelledSamples& samples = *open.samples;
  while (true) {
    const data::SampleBlock block = samples.next(kSamplesAtOnce);
    bytes_.insert(bytes_.end(), block.pixels.begin(), block.pixels.end());
    numbers_.insert(numbers_.end(), block.values.begin(), block.values.end());
    if (!block.features.empty()) {
      std::vector<float> standardised(block.features.size());
      standardisation.apply(block.features, standardised);
      numbers_.insert(numbers_.end(), standardised.begin(), standardised.end());
    }
    const std::size_t all = (bytes_.size() + numbers_.size()) / form.shape.pixels();
    if (all == size_) break;
    size_ = all;
  }
  names_.assign(samples.names().begin(), samples.names().end());
  brought_from_ = open.brought_from;
  warning_ = samples.warning();
}

OutsideSet::OutsideSet(std::vector<float> intensities, const data::ImageShape& shape)
    : numbers_(std::move(intensities)), size_(numbers_.size() / shape.pixels()) {}

std::string OutsideSet::fingerprint() const {
  Digest digest;
  digest.add(bytes_.data(), bytes_.size());
  digest.add(numbers_.data(), numbers_.size() * sizeof(float));
  for (const std::string& name : names_) digest.add(name);
  return digest.hex128();
}

}  // namespace clvae::evaluate
