#pragma once
/// \file
/// The training of one member, a piece at a time: what it needs, and what it leaves.

#include <cstdint>
#include <string>
#include <vector>

#include <gsl/span>

#include "clvae/core/errors.hpp"
#include "core/piece.hpp"
#include "core/values.hpp"
#include "networks/architecture.hpp"
#include "networks/precision.hpp"
#include "train/learning_rate.hpp"

namespace clvae::train {

/// Samples of one part of the experiment, [n, channels, height, width], in memory or to be read,
/// with the class of each.
struct Samples {
  Values pixels;
  gsl::span<const std::int32_t> classes;  ///< [n], inlier index 0..K-1; empty for the test part
};

/// How samples that are not in memory are read.
struct StreamOptions {
  std::size_t buffer_bytes = 0;        ///< of samples, held at once for all parts
  std::int64_t samples_per_block = 0;  ///< that follow one another, of the training part
};

struct TrainingOptions {
  networks::ArchitecturePtr architecture;
  networks::LossOptions loss;
  int epochs = 0;      ///< at most
  int batch_size = 0;  ///< samples
  double learning_rate = 0;
  LearningRateSchedule schedule = LearningRateSchedule::constant;
  int patience = 0;            ///< epochs; 0: never stop early
  bool learn_centres = false;  ///< of a CL-VAE: move them from where they are given
  /// Of the training's steps; validation losses, latents and errors are float32's in any case.
  networks::Precision precision = networks::Precision::float32;
  std::string device = "cpu";  ///< or "cuda:N"
  StreamOptions stream;        ///< of samples that are to be read alone
};

/// \throws UsageError where the samples are to be read, and a buffer of that size can't hold a
/// block or a batch of them
void check_buffer(const TrainingOptions& options, const Values& pixels);

/// The columns of the loss history of a CL-VAE or VAE.
inline constexpr const char* kLossTerms[] = {
    "train_total",      "train_reconstruction",      "train_prior",
    "validation_total", "validation_reconstruction", "validation_prior"};
inline constexpr std::size_t kLossTermCount = 6;

/// The columns of the loss history of a classifier.
inline constexpr const char* kClassifierTerms[] = {
    "train_cross_entropy", "train_accuracy", "validation_cross_entropy", "validation_accuracy"};
inline constexpr std::size_t kClassifierTermCount = 4;

/// A kept state can't be used: it is of another training, or damaged.
class StateError : public Error {
 public:
  explicit StateError(const std::string& message);
};

/// How the training of one member went.
struct TrainingRecord {
  std::vector<float> loss_history;  ///< [epochs, terms], NaN for epochs not run
  int epochs_run = 0;
  int best_epoch = 0;  ///< whose weights were kept, from 0
  double training_seconds = 0;
  double encoding_seconds = 0;
};

/// What an encoder and its decoder leave.
struct AutoencoderResult : TrainingRecord {
  std::vector<float> train_latents;       ///< [n, d], posterior means
  std::vector<float> validation_latents;  ///< [n, d]
  std::vector<float> test_latents;        ///< [n, d]
  std::vector<float> validation_errors;   ///< [n], squared error a value at the posterior mean
  std::vector<float> test_errors;         ///< [n]
  std::vector<float> encoder_weights;  ///< in the order of networks::Architecture::encoder_layout
  std::vector<float> decoder_weights;  ///< in the order of networks::Architecture::decoder_layout
  std::vector<float> learned_centres;  ///< [K, d]; empty where they are not learned
};

/// What a classifier of the inlier classes leaves.
struct ClassifierResult : TrainingRecord {
  std::vector<float> validation_log_probabilities;  ///< [n, K], natural logarithms
  std::vector<float> test_log_probabilities;        ///< [n, K]
  std::vector<float> encoder_weights;  ///< in the order of networks::Architecture::feature_layout
  std::vector<float> head_weights;     ///< in the order of networks::Architecture::head_layout
};

/// One attempt at one member, from fresh weights or a kept state to what the member says of all
/// samples. It rests between two pieces and waits for nobody, so that one thread can drive many in
/// turn; what comes out does not depend on the others. Knows nothing of ranks or files.
class Training {
 public:
  Training() = default;
  virtual ~Training() = default;
  Training(const Training&) = delete;
  Training& operator=(const Training&) = delete;

  /// Makes the next piece, which is short. \pre it has not returned `done` yet
  /// \throws AttemptError where the training has failed, DataError where samples can't be read
  virtual Piece advance() = 0;

  /// The latest epoch that has ended. \pre there is one
  virtual const EpochReport& epoch() const = 0;
  virtual int epochs_ended() const = 0;
  /// Whether only encoding is left.
  virtual bool has_ended() const = 0;
  /// What another training of the same member can go on from, after any piece, to the same bits as
  /// if this one had not been interrupted. The bytes are LibTorch's serialisation, and hold for its
  /// version; empty for a training that keeps no state.
  virtual std::string state() const = 0;
};

}  // namespace clvae::train
