// Records of CIFAR-10 and CIFAR-100, and their names of classes.
#include "fuzz/target.hpp"

namespace clvae::fuzz {
namespace {

void read_cifar(const std::uint8_t* data, std::size_t size) {
  read_unlabelled(file_with(data, size, "new.bin"));
  for (int batch = 1; batch <= 5; ++batch) {
    file_with(data, size, "ten/data_batch_" + std::to_string(batch) + ".bin");
  }
  file_with(data, size, "ten/test_batch.bin");
  read_labelled("cifar10", path_of("ten"));
  file_with(data, size, "hundred/train.bin");
  file_with(data, size, "hundred/test.bin");
  read_labelled("cifar100", path_of("hundred"));
}

}  // namespace
}  // namespace clvae::fuzz

CLVAE_FUZZ_TARGET(clvae::fuzz::read_cifar)
