#pragma once
/// \file
/// A trained ensemble as TorchScript modules: files that PyTorch and LibTorch run without clvae.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "score/ensemble.hpp"

namespace clvae::torchscript {

/// The name under which each file carries its description; the key for `torch.jit.load`'s
/// `_extra_files`.
inline constexpr const char* kDescription = "ensemble.json";

/// What modules need beside the trained members.
struct Notes {
  std::vector<std::int64_t> members;  ///< indices in their run, in the order of merging
  std::optional<float> threshold;     ///< above it is an anomaly
  std::string description;            ///< JSON
};

/// Modules of the members and of the ensemble, on the CPU, in the precisions in which clvae scores:
/// encoders in single, Gaussians in double. One process.
///
/// A member's `forward(samples)` gives its latents, [n, d] float32, and its class scores, [n, K]
/// float64. The ensemble's gives a dictionary of [n] tensors: anomaly_score (float32), is_anomaly
/// (bool, where there is a threshold), nearest_class (int64), confidence and disagreement
/// (float32), which mean what score::Scores says. Samples are images [n, channels, height, width],
/// of one channel also [n, height, width], whole numbers 0..255 or floating-point ones in 0..1; or
/// features [n, F] as they lie in their file, standardised inside.
class Modules {
 public:
  /// \param members in the order of merging  \param notes.members as many as `members`
  /// \throws UsageError as score::Ensemble
  Modules(const score::EnsembleOptions& options, const std::vector<score::Member>& members,
          const Notes& notes);
  ~Modules();
  Modules(const Modules&) = delete;
  Modules& operator=(const Modules&) = delete;
  Modules(Modules&&) noexcept;
  Modules& operator=(Modules&&) noexcept;

  std::size_t members() const;
  /// The bytes of the file of one member's module. \throws RunError where LibTorch can't make them
  std::string member_file(std::size_t member) const;
  /// The bytes of the file of the ensemble's module, which holds all members'. \throws RunError
  std::string ensemble_file() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clvae::torchscript
