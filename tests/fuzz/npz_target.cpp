// An archive of NumPy arrays; and the bytes as an array in one, which the archive's own checksums
// would otherwise hide.
#include <algorithm>
#include <cstring>

#include "clvae/core/errors.hpp"
#include "data/formats/npz/npy.hpp"
#include "fuzz/target.hpp"

namespace clvae::fuzz {
namespace {

void read_array(const std::uint8_t* data, std::size_t size, data::NpyUse use) {
  std::size_t place = 0;
  const auto read = [&](std::uint8_t* bytes, std::size_t wanted) {
    const std::size_t count = std::min(wanted, size - place);
    if (count > 0) std::memcpy(bytes, data + place, count);
    place += count;
    return count;
  };
  try {
    data::read_npy(read, "array", use);
  } catch (const Error&) {
  }
}

void read_npz(const std::uint8_t* data, std::size_t size) {
  read_array(data, size, data::NpyUse::samples);
  read_array(data, size, data::NpyUse::rounded);
  read_array(data, size, data::NpyUse::labels);
  const std::string path = file_with(data, size, "archive.npz");
  read_unlabelled(path);
  read_labelled("npz", path);
}

}  // namespace
}  // namespace clvae::fuzz

CLVAE_FUZZ_TARGET(clvae::fuzz::read_npz)
