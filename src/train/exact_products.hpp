#pragma once
/// \file
/// Products in full float32, whatever a training or a host program has asked LibTorch for.

#include <torch/types.h>

namespace clvae::train {

/// While it lives CUDA multiplies float32 numbers in float32, not in TF32, and by algorithms that
/// give the same bits each time; afterwards as before. Changes nothing on the CPU.
class ExactProducts {
 public:
  ExactProducts()
      : tf32_in_convolutions_(at::globalContext().allowTF32CuDNN()),
        tf32_in_products_(at::globalContext().allowTF32CuBLAS()),
        is_deterministic_(at::globalContext().deterministicCuDNN()),
        tries_algorithms_(at::globalContext().benchmarkCuDNN()) {
    set(false, false, true, false);
  }
  ~ExactProducts() {
    set(tf32_in_convolutions_, tf32_in_products_, is_deterministic_, tries_algorithms_);
  }
  ExactProducts(const ExactProducts&) = delete;
  ExactProducts& operator=(const ExactProducts&) = delete;

 private:
  static void set(bool tf32_in_convolutions, bool tf32_in_products, bool is_deterministic,
                  bool tries_algorithms) {
    at::Context& context = at::globalContext();
    context.setAllowTF32CuDNN(tf32_in_convolutions);
    context.setAllowTF32CuBLAS(tf32_in_products);
    context.setDeterministicCuDNN(is_deterministic);
    context.setBenchmarkCuDNN(tries_algorithms);
  }

  bool tf32_in_convolutions_;
  bool tf32_in_products_;
  bool is_deterministic_;
  bool tries_algorithms_;
};

}  // namespace clvae::train
