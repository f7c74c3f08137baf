#pragma once
/// \file
/// Training one member at a time on one device, and encoding all samples with it.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <gsl/span>

#include "clvae/core/errors.hpp"
#include "core/strong.hpp"
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
  networks::Architecture architecture;
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

struct EpochReport {
  int epoch = 0;   ///< that ended, from 1
  int epochs = 0;  ///< at most
  double train_loss = 0;
  double validation_loss = 0;  ///< NaN without validation samples
};

/// What the caller may do while a member trains; any of them may be empty.
struct Hooks {
  std::function<void()> between_batches;
  std::function<void(const EpochReport&)> after_epoch;
  std::function<void()> training_ended;  ///< before the samples are encoded

  /// Whether to stop; asked between batches. The state is kept, and InterruptedError thrown; once
  /// only encoding is left, the state is kept and the member finished.
  std::function<bool()> is_stopping;
  /// Whether the state is to be kept now; asked between batches. \param epochs that have ended
  std::function<bool(int epochs)> is_state_due;
  /// Takes what the training can go on from, at any batch, to the same bits as if it had not been
  /// interrupted. The bytes are LibTorch's serialisation, and hold for its version. Without it no
  /// state is made; a PCA has none.
  std::function<void(const std::string& state)> keep_state;
  /// Such a state, to go on from; empty: from the start.
  std::string state;
};

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

/// A CL-VAE or a plain VAE.
struct AutoencoderResult : TrainingRecord {
  std::vector<float> train_latents;       ///< [n, d], posterior means
  std::vector<float> validation_latents;  ///< [n, d]
  std::vector<float> test_latents;        ///< [n, d]
  std::vector<float> validation_errors;   ///< [n], squared error a value at the posterior mean
  std::vector<float> test_errors;         ///< [n]
  std::vector<float> encoder_weights;     ///< in the order of networks::encoder_layout
  std::vector<float> decoder_weights;     ///< in the order of networks::decoder_layout
  std::vector<float> learned_centres;     ///< [K, d]; empty where they are not learned
};

/// A classifier of the inlier classes.
struct ClassifierResult : TrainingRecord {
  std::vector<float> validation_log_probabilities;  ///< [n, K], natural logarithms
  std::vector<float> test_log_probabilities;        ///< [n, K]
  std::vector<float> encoder_weights;               ///< in the order of networks::feature_layout
  std::vector<float> head_weights;                  ///< in the order of networks::head_layout
};

/// Trains members on one device. Knows nothing of ranks or files.
class Trainer {
 public:
  /// Copies the samples to a GPU, bytes as bytes; on the CPU they are used where they lie, and must
  /// stay there. Those that are to be read go through one buffer: for each epoch blocks of the
  /// training part in a random order (`block_order`), all else in its order.
  /// \throws UsageError where architecture, options and samples don't fit together, RunError where
  /// the device can't be used
  Trainer(const TrainingOptions& options, const Samples& train, const Samples& validation,
          const Samples& test);
  ~Trainer();
  Trainer(const Trainer&) = delete;
  Trainer& operator=(const Trainer&) = delete;
  Trainer(Trainer&&) noexcept;
  Trainer& operator=(Trainer&&) noexcept;

  /// Trains one CL-VAE and encodes all samples. Any rank; the result depends on options, samples,
  /// seed and centres alone (and on the processor kind and the number of threads).
  /// \param centres [K, d]: the centre of each class
  /// \throws AttemptError where a loss is not finite, InterruptedError where the hooks stop it,
  ///   StateError where it can't go on from their state, DataError where samples can't be read
  AutoencoderResult train_clvae(Seed seed, const std::vector<double>& centres, const Hooks& hooks);

  /// The same for a plain VAE: its prior is the unit Gaussian for every class, its loss unweighted.
  AutoencoderResult train_vae(Seed seed, const Hooks& hooks);

  /// The same for a classifier. \throws UsageError where there is only one class
  ClassifierResult train_cnn(Seed seed, const Hooks& hooks);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace clvae::train
