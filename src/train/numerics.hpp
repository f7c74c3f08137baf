#pragma once
/// \file
/// How GPUs are to compute, whatever another training or a host program has asked LibTorch for.

#include <torch/types.h>

#include "networks/precision.hpp"

namespace clvae::train {

/// Whether every operation has to give the same bits each time, or LibTorch's choice suffices where
/// it is no convolution. The first needs `prepare`, which fixes the work space of products.
enum class Determinism { of_all, of_convolutions };

/// LibTorch's rules for GPUs belong to the process, so that whoever drives members in turn sets
/// them anew for each step. While it lives they are these, and afterwards as before. For the CPU it
/// changes nothing.
class Numerics {
 public:
  /// \param precision tf32: float32 numbers may be multiplied with 11 significant bits
  Numerics(torch::Device device, networks::Precision precision, Determinism determinism)
      : is_gpu_(!device.is_cpu()) {
    if (!is_gpu_) return;
    before_ = current();
    const bool allows_tf32 = precision == networks::Precision::tf32;
    set({allows_tf32, allows_tf32, true, false,
         before_.is_deterministic || determinism == Determinism::of_all});
  }
  ~Numerics() {
    if (is_gpu_) set(before_);
  }
  Numerics(const Numerics&) = delete;
  Numerics& operator=(const Numerics&) = delete;

 private:
  struct Rules {
    bool tf32_in_convolutions = false;
    bool tf32_in_products = false;
    bool has_deterministic_convolutions = false;
    bool tries_algorithms = false;
    bool is_deterministic = false;
  };

  static Rules current() {
    at::Context& context = at::globalContext();
    return {context.allowTF32CuDNN(), context.allowTF32CuBLAS(), context.deterministicCuDNN(),
            context.benchmarkCuDNN(), context.deterministicAlgorithms()};
  }
  static void set(const Rules& rules) {
    at::Context& context = at::globalContext();
    context.setAllowTF32CuDNN(rules.tf32_in_convolutions);
    context.setAllowTF32CuBLAS(rules.tf32_in_products);
    context.setDeterministicCuDNN(rules.has_deterministic_convolutions);
    context.setBenchmarkCuDNN(rules.tries_algorithms);
    context.setDeterministicAlgorithms(rules.is_deterministic, false);
  }

  bool is_gpu_;
  Rules before_;
};

}  // namespace clvae::train
