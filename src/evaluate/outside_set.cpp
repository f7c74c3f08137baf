#include "evaluate/outside_set.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/digest.hpp"
#include "core/nearest.hpp"
#include "evaluate/run_ensemble.hpp"

namespace clvae::evaluate {

namespace {

constexpr std::size_t kSamplesAtOnce = 1024;

[[noreturn]] void refuse_set(const std::string& words, const std::string& why) {
  throw UsageError(
      fmt::format("{}: {}; expected NAME=DATA, near:NAME=DATA or far:NAME=DATA", words, why));
}

bool is_folder_name(const std::string& name) {
  return !name.empty() && name != "." && name != ".." && name.size() <= 100 &&
         std::all_of(name.begin(), name.end(), [](unsigned char letter) {
           return letter >= ' ' && letter != '/' && letter != '\\' && letter != 0x7F;
         });
}

}  // namespace

SetArgument parse_set(const std::string& words) {
  const std::size_t equals = words.find('=');
  if (equals == std::string::npos) refuse_set(words, "found no =");
  SetArgument set;
  set.name = words.substr(0, equals);
  set.path = words.substr(equals + 1);
  if (const std::size_t colon = set.name.find(':'); colon != std::string::npos) {
    set.group = set.name.substr(0, colon);
    set.name = set.name.substr(colon + 1);
    if (set.group != "near" && set.group != "far") refuse_set(words, "found group " + set.group);
  }
  if (!is_folder_name(set.name)) refuse_set(words, "the name can't be a folder's");
  if (set.path.empty()) refuse_set(words, "found no data");
  return set;
}

std::vector<SetArgument> parse_sets(const std::vector<std::string>& words) {
  std::vector<SetArgument> sets;
  std::set<std::string> names;
  for (const std::string& one : words) {
    sets.push_back(parse_set(one));
    if (!names.insert(sets.back().name).second) refuse_set(one, "that name was given before");
  }
  return sets;
}

OutsideSet::OutsideSet(const std::string& path, const data::SampleForm& form,
                       const data::Standardisation& standardisation) {
  const auto samples = data::open_unlabelled(path, form);
  require_shape(path, samples->shape(), form.shape);
  while (true) {
    const data::SampleBlock block = samples->next(kSamplesAtOnce);
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
  warning_ = samples->warning();
}

OutsideSet::OutsideSet(std::vector<float> intensities, const data::ImageShape& shape)
    : numbers_(std::move(intensities)), size_(numbers_.size() / shape.pixels()) {}

std::string OutsideSet::fingerprint() const {
  Digest digest;
  digest.add(bytes_.data(), bytes_.size());
  digest.add(numbers_.data(), numbers_.size() * sizeof(float));
  return digest.hex128();
}

}  // namespace clvae::evaluate
