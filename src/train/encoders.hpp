#pragma once
/// \file
/// Trained encoders, ready to be used on new samples.

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/values.hpp"
#include "networks/architecture.hpp"

namespace clvae::train {

/// The encoders of several members on one device: 4 bytes a weight. Encodes by the code, and in the
/// batches, by which trainings encode the samples of a run. One thread at a time.
class Encoders {
 public:
  /// \param device "cpu" or "cuda:N" \throws RunError where the device can't be used
  Encoders(networks::ArchitecturePtr architecture, const std::string& device);
  ~Encoders();
  Encoders(const Encoders&) = delete;
  Encoders& operator=(const Encoders&) = delete;
  Encoders(Encoders&&) noexcept;
  Encoders& operator=(Encoders&&) noexcept;

  /// \param weights in the order of networks::Architecture::encoder_layout \throws UsageError for
  /// another number
  void add(const std::vector<float>& weights);
  std::size_t size() const;

  /// Takes the posterior means of one encoder. \param latents [n, d]
  using Take = std::function<void(std::size_t encoder, const std::vector<float>& latents)>;
  /// Calls `take` for each encoder, in the order in which they were added.
  /// \param values [n, channels, height, width]: bytes 0..255, or numbers as the members were
  ///   trained on, images in 0..1 and features standardised \throws UsageError for another size
  void encode(const Values& values, const Take& take) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clvae::train
