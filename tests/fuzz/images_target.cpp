// A PNG, JPEG, PGM or PPM image, told by its first bytes.
#include "fuzz/target.hpp"

namespace clvae::fuzz {
namespace {

void read_image(const std::uint8_t* data, std::size_t size) {
  read_unlabelled(file_with(data, size, "image.png"));
}

}  // namespace
}  // namespace clvae::fuzz

CLVAE_FUZZ_TARGET(clvae::fuzz::read_image)
