#pragma once
/// \file
/// How fast this process trains and encodes, measured for a moment.

#include <cstdint>
#include <string>

#include "train/training.hpp"

namespace clvae::train {

struct AutoencoderGoal;

/// Samples a second, with the process's threads; 0 for what members of the kind don't do.
struct Throughput {
  int lanes = 1;       ///< members that were trained at a time
  double trained = 0;  ///< by all of them together, in steps of the optimiser; by a PCA's fit
  double encoded = 0;  ///< to latents
  double scored = 0;   ///< to latents and reconstruction errors, or to what the kind gives instead
};

/// Trains as many members in turn as there are lanes for about so many seconds, and scores as long.
/// Steps that warm up caches and allocators don't count. Any rank; to be called after `prepare`.
/// \param train labelled samples; many batches of them, or steps come out too short
/// \param seconds for each of the three, at least two steps of each member
/// \param lanes those of a run on that device \throws as `TrainingContext` and
/// `AutoencoderTraining`
Throughput autoencoder_throughput(const TrainingOptions& options, const Samples& train,
                                  const AutoencoderGoal& goal, double seconds, int lanes = 1);
/// The same of a classifier, which is scored but has no latents.
Throughput classifier_throughput(const TrainingOptions& options, const Samples& train,
                                 double seconds, int lanes = 1);
/// The same of a PCA. A fit ends when it is precise enough, so that it is not repeated.
/// \throws as `fit_pca`
Throughput pca_throughput(const Samples& train, std::int64_t pixels_per_image, int components);

/// Multiplications and additions a second in products of large matrices, made in two ways: a BLAS
/// that does not know a processor may be far slower than its convolutions are.
struct MatrixProducts {
  double product = 0;      ///< LibTorch's product, a BLAS on the CPU
  double convolution = 0;  ///< the same as a 1x1 convolution, oneDNN on the CPU
  /// What the device can do at most.
  double fastest() const { return product > convolution ? product : convolution; }
};

/// Any rank. \param precision that the numbers are multiplied in, as a training does
/// \param seconds for each of the two \throws RunError where the device can't be used
MatrixProducts measure_matrix_products(const std::string& device, networks::Precision precision,
                                       double seconds);

}  // namespace clvae::train
