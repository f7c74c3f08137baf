// Images in IDX, plain or gzip, to be scored; and images or labels of a dataset to train on.
#include <vector>

#include "fuzz/target.hpp"

namespace clvae::fuzz {
namespace {

using Bytes = std::vector<std::uint8_t>;

void read_idx(const std::uint8_t* data, std::size_t size) {
  static const Bytes images{0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 1, 2, 3, 4};
  static const Bytes labels{0, 0, 8, 1, 0, 0, 0, 2, 0, 1};
  read_unlabelled(file_with(data, size, "new-images"));
  for (const char* split : {"train", "t10k"}) {
    const std::string name = "set/" + std::string(split);
    file_with(data, size, name + "-images-idx3-ubyte");
    file_with(labels.data(), labels.size(), name + "-labels-idx1-ubyte");
  }
  read_labelled("idx", path_of("set"));
  file_with(images.data(), images.size(), "set/train-images-idx3-ubyte");
  file_with(data, size, "set/train-labels-idx1-ubyte");
  read_labelled("idx", path_of("set"));
}

}  // namespace
}  // namespace clvae::fuzz

CLVAE_FUZZ_TARGET(clvae::fuzz::read_idx)
