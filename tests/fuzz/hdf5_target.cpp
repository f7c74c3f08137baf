// An HDF5 file that others have made, to train on and to be scored. HDF5 has faults of its own with
// damaged files: what lies in its functions alone is reported there.
#include "fuzz/target.hpp"

namespace clvae::fuzz {
namespace {

void read_hdf5(const std::uint8_t* data, std::size_t size) {
  const std::string path = file_with(data, size, "data.h5");
  read_unlabelled(path);
  read_labelled("hdf5", path);
}

}  // namespace
}  // namespace clvae::fuzz

CLVAE_FUZZ_TARGET(clvae::fuzz::read_hdf5)
