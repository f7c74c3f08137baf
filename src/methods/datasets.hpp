#pragma once
/// \file
/// What members of one kind or another leave in the run file.

#include <cstddef>
#include <string>
#include <vector>

#include <gsl/span>

#include "data/sample_words.hpp"
#include "methods/bench.hpp"
#include "networks/parameters.hpp"
#include "store/schema.hpp"

namespace clvae::methods {

/// The extents of datasets' axes, and how their values are spoken of.
struct Extents {
  explicit Extents(const Setting& setting);
  std::size_t classes;
  std::size_t dimension;
  std::size_t pixels;
  std::size_t epochs;
  const data::SampleWords& words;
};

/// Posterior means. \param part of the samples, in words
store::MemberDataset latents(const char* name, std::size_t samples, const Extents& extents,
                             const char* part);

/// Mean squared reconstruction errors.
store::MemberDataset errors(const char* name, std::size_t samples, const Extents& extents,
                            const char* part);

/// All parameters of a network. \param layout in order of memory
store::MemberDataset weights(const char* name, const networks::Layout& layout, const char* network);

/// One logarithm for each sample and class.
store::MemberDataset class_logarithms(const char* name, std::size_t samples, const Extents& extents,
                                      const char* unit, const std::string& what);

store::MemberDataset loss_history(const Extents& extents, gsl::span<const char* const> terms);

/// Where the centres ended.
store::MemberDataset learned_centres(const Extents& extents);

/// Posterior means of the reference inliers.
store::MemberDataset reference_latents(std::size_t references, const Extents& extents);

/// Means and covariances of each class's latents.
std::vector<store::MemberDataset> class_statistics(const Extents& extents);

}  // namespace clvae::methods
