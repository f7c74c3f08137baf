// Samples per second of one core in training and encoding, on images of random bytes, and what the
// core does in products of large matrices; prints one JSON line.
// tests/benchmarks/training.py runs it beside PyTorch.

#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "core/random.hpp"
#include "networks/architectures.hpp"
#include "networks/centres.hpp"
#include "train/autoencoder_training.hpp"
#include "train/context.hpp"
#include "train/device.hpp"
#include "train/throughput.hpp"

namespace {

clvae::networks::ArchitecturePtr architecture_named(const std::string& name) {
  using clvae::networks::convolutional;
  if (name == "mnist") return convolutional({1, 28, 28}, 2, 16, {{32, 2}, {64, 2}});
  if (name == "fashion_mnist") {
    return convolutional({1, 28, 28}, 3, 16, {{16, 1}, {32, 2}, {64, 2}});
  }
  if (name == "cifar10") return convolutional({3, 32, 32}, 3, 16, {{64, 2}, {128, 2}, {256, 2}});
  throw clvae::UsageError("unknown network " + name + "; known: mnist, fashion_mnist, cifar10");
}

clvae::networks::Precision precision_named(const std::string& name) {
  if (name == "float32") return clvae::networks::Precision::float32;
  if (name == "bfloat16") return clvae::networks::Precision::bfloat16;
  throw clvae::UsageError("unknown precision " + name + "; known: float32, bfloat16");
}

/// What a CL-VAE minimises.
clvae::train::AutoencoderGoal goal_of(const clvae::train::TrainingOptions& options, int classes) {
  const clvae::networks::LossOptions loss = options.loss;
  return {"clvae",
          [loss](const clvae::networks::Posterior& posterior, const torch::Tensor& latents,
                 const torch::Tensor& errors, const torch::Tensor& centres) {
            return clvae::networks::clvae_loss(posterior, latents, errors, centres, loss);
          },
          clvae::networks::class_centres(classes, options.architecture->latent_dim(), 3.0)};
}

void measure(const std::string& network, const std::string& precision, std::size_t batches) {
  constexpr int kBatch = 128;
  constexpr std::int32_t kClasses = 9;
  clvae::train::prepare(1);
  clvae::train::TrainingOptions options;
  options.architecture = architecture_named(network);
  options.epochs = 2;
  options.batch_size = kBatch;
  options.learning_rate = 1e-3;
  options.precision = precision_named(precision);
  const std::size_t samples = batches * kBatch;
  clvae::RandomStream stream(clvae::Seed{1});
  std::vector<std::uint8_t> pixels(
      samples * static_cast<std::size_t>(options.architecture->sample().values()));
  for (auto& pixel : pixels) pixel = static_cast<std::uint8_t>(stream.below(256));
  std::vector<std::int32_t> classes(samples);
  for (auto& label : classes) label = static_cast<std::int32_t>(stream.below(kClasses));

  const clvae::train::TrainingContext context(options, {pixels, classes}, {}, {});
  const clvae::train::AutoencoderGoal goal = goal_of(options, kClasses);
  clvae::train::AutoencoderTraining training(context, clvae::Seed{1}, goal, "");
  // The first epoch warms up; the second is measured.
  while (training.epochs_ended() == 0) training.advance();
  const auto started = std::chrono::steady_clock::now();
  while (training.epochs_ended() == 1) training.advance();
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  const double rate = static_cast<double>(samples) / seconds;
  const double gflops = rate * options.architecture->training_flops() / 1e9;
  constexpr double kSeconds = 0.5;
  const auto throughput =
      clvae::train::autoencoder_throughput(options, {pixels, classes}, goal, kSeconds);
  const auto products =
      clvae::train::measure_matrix_products("cpu", clvae::networks::Precision::float32, kSeconds);
  fmt::print("{}\n", nlohmann::json{{"network", network},
                                    {"precision", precision},
                                    {"samples_per_second", rate},
                                    {"gflops", gflops},
                                    {"encoded_per_second", throughput.encoded},
                                    {"scored_per_second", throughput.scored},
                                    {"sgemm_gflops", products.product / 1e9},
                                    {"fastest_gflops", products.fastest() / 1e9}}
                         .dump());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    fmt::print(stderr, "usage: {} mnist|fashion_mnist|cifar10 float32|bfloat16 BATCHES\n", argv[0]);
    return 2;
  }
  try {
    measure(argv[1], argv[2], std::stoul(argv[3]));
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
  return 0;
}
