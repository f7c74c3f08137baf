#include "reduce/references.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/random.hpp"

namespace clvae::reduce {

std::vector<std::size_t> draw_references(std::string_view fingerprint,
                                         gsl::span<const std::int32_t> classes,
                                         std::size_t class_count) {
  std::vector<std::vector<std::size_t>> of_class(class_count);
  for (std::size_t i = 0; i < classes.size(); ++i) {
    of_class.at(static_cast<std::size_t>(classes[i])).push_back(i);
  }
  const std::string purpose = fmt::format("references of {}", fingerprint);
  for (std::size_t label = 0; label < class_count; ++label) {
    RandomStream stream(derive_seed(Seed{0}, purpose, {label}));
    stream.shuffle(of_class[label]);
  }
  const std::size_t wanted = std::min(kReferences, classes.size());
  std::vector<std::size_t> drawn;
  for (std::size_t turn = 0; drawn.size() < wanted; ++turn) {
    for (const auto& samples : of_class) {
      if (turn < samples.size() && drawn.size() < wanted) drawn.push_back(samples[turn]);
    }
  }
  return drawn;
}

std::vector<float> latents_of(const std::vector<std::size_t>& samples,
                              const std::vector<float>& latents, std::size_t dimension) {
  std::vector<float> chosen;
  chosen.reserve(samples.size() * dimension);
  for (const std::size_t sample : samples) {
    const auto begin = latents.begin() + static_cast<std::ptrdiff_t>(sample * dimension);
    chosen.insert(chosen.end(), begin, begin + static_cast<std::ptrdiff_t>(dimension));
  }
  return chosen;
}

std::vector<float> side_by_side(const std::vector<gsl::span<const float>>& latents,
                                std::size_t dimension) {
  const std::size_t samples = latents.front().size() / dimension;
  const std::size_t width = latents.size() * dimension;
  std::vector<float> joined(samples * width);
  for (std::size_t member = 0; member < latents.size(); ++member) {
    for (std::size_t i = 0; i < latents[member].size(); ++i) {
      joined[i / dimension * width + member * dimension + i % dimension] = latents[member][i];
    }
  }
  return joined;
}

References::References(std::vector<std::int32_t> classes, std::vector<std::size_t> indices,
                       std::vector<std::vector<float>> latents, std::vector<Gaussians> own)
    : classes_(std::move(classes)),
      indices_(std::move(indices)),
      latents_(std::move(latents)),
      own_(std::move(own)) {
  if (own_.empty() || own_.size() != indices_.size() || own_.size() != latents_.size()) {
    throw UsageError(fmt::format("{} members with {} indices and reference latents of {}",
                                 own_.size(), indices_.size(), latents_.size()));
  }
  for (const std::vector<float>& of_member : latents_) {
    if (!classes_.empty() && of_member.size() == classes_.size() * dimension()) continue;
    throw UsageError(fmt::format("{} reference latents of {} reference inliers in {} dimensions",
                                 of_member.size(), classes_.size(), dimension()));
  }
}

const std::vector<MemberBlock>& References::blocks() const {
  if (!blocks_.empty()) return blocks_;
  std::map<std::size_t, std::map<std::size_t, std::size_t>> places;  // of each block, by index
  for (std::size_t place = 0; place < indices_.size(); ++place) {
    if (!places[indices_[place] / kBlockMembers].emplace(indices_[place], place).second) {
      throw UsageError(fmt::format("two members have the index {}", indices_[place]));
    }
  }
  std::vector<MemberBlock> blocks;
  for (const auto& [number, of_block] : places) {
    MemberBlock block;
    for (const auto& [index, place] : of_block) block.members.push_back(place);
    for (std::size_t set = 1; set < std::size_t{1} << block.members.size(); ++set) {
      std::vector<std::size_t> chosen;
      for (std::size_t i = 0; i < block.members.size(); ++i) {
        if ((set >> i & 1U) != 0) chosen.push_back(block.members[i]);
      }
      block.fits.push_back(fitted_together(chosen));
    }
    blocks.push_back(std::move(block));
  }
  blocks_ = std::move(blocks);
  return blocks_;
}

Gaussians References::fitted_together(const std::vector<std::size_t>& members) const {
  Gaussians fit;
  fit.classes = own_.front().classes;
  fit.dimension = static_cast<int>(members.size() * dimension());
  for (std::int32_t label = 0; label < fit.classes; ++label) {
    const auto found = std::count(classes_.begin(), classes_.end(), label);
    if (found < samples_needed(fit.dimension)) {
      append_independent(label, members, fit);
    } else {
      append_class(label, members, fit);
    }
  }
  return fit;
}

void References::append_class(std::int32_t label, const std::vector<std::size_t>& members,
                              Gaussians& fit) const {
  std::vector<std::vector<float>> of_class(members.size());
  std::vector<gsl::span<const float>> spans;
  const std::size_t d = dimension();
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::vector<float>& all = latents_[members[i]];
    for (std::size_t j = 0; j < all.size(); ++j) {
      if (classes_[j / d] == label) of_class[i].push_back(all[j]);
    }
    spans.emplace_back(of_class[i]);
  }
  const std::vector<float> joined = side_by_side(spans, d);
  const auto width = static_cast<std::size_t>(fit.dimension);
  const std::vector<std::int32_t> one_class(joined.size() / width, 0);
  try {
    ClassStatistics statistics = class_statistics(joined, one_class, 1, fit.dimension);
    double trace = 0;
    for (std::size_t i = 0; i < width; ++i) trace += statistics.covariances[i * width + i];
    for (std::size_t i = 0; i < width; ++i) {
      statistics.covariances[i * width + i] += kRidge * trace / static_cast<double>(width);
    }
    const Gaussians of_label = gaussians_of(statistics);
    fit.means.insert(fit.means.end(), of_label.means.begin(), of_label.means.end());
    fit.whiteners.insert(fit.whiteners.end(), of_label.whiteners.begin(), of_label.whiteners.end());
    fit.log_peaks.push_back(of_label.log_peaks.front());
  } catch (const DegenerateClusterError& error) {
    throw DegenerateClusterError(label, error.reason() + ", over its reference inliers");
  }
}

void References::append_independent(std::int32_t label, const std::vector<std::size_t>& members,
                                    Gaussians& fit) const {
  const std::size_t d = dimension();
  const auto width = static_cast<std::size_t>(fit.dimension);
  const auto number = static_cast<std::size_t>(label);
  const std::size_t begin = fit.whiteners.size();
  fit.whiteners.resize(begin + width * width, 0);
  double log_peak = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Gaussians& own = own_[members[i]];
    log_peak += own.log_peaks[number];
    for (std::size_t row = 0; row < d; ++row) {
      fit.means.push_back(own.means[number * d + row]);
      for (std::size_t column = 0; column < d; ++column) {
        fit.whiteners[begin + (i * d + row) * width + i * d + column] =
            own.whiteners[(number * d + row) * d + column];
      }
    }
  }
  fit.log_peaks.push_back(log_peak);
}

}  // namespace clvae::reduce
