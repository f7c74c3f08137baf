// A table to train on, and to be scored.
#include "fuzz/target.hpp"

namespace clvae::fuzz {
namespace {

void read_table(const std::uint8_t* data, std::size_t size) {
  const std::string path = file_with(data, size, "table.csv");
  read_unlabelled(path, true);
  read_labelled("csv", path);
}

}  // namespace
}  // namespace clvae::fuzz

CLVAE_FUZZ_TARGET(clvae::fuzz::read_table)
