// A member's checkpoint; and the bytes with the checksum that they should have.
#include <cstring>
#include <string>

#include "core/digest.hpp"
#include "fuzz/target.hpp"
#include "store/checkpoints.hpp"

namespace clvae::fuzz {
namespace {

void find_state() {
  const store::Checkpoints checkpoints(path_of("checkpoints"), "identity");
  checkpoints.find({Kind::clvae, MemberIndex{1}, Attempt{0}}, [](const std::string& /*line*/) {});
}

void read_checkpoint(const std::uint8_t* data, std::size_t size) {
  file_with(data, size, "checkpoints/clvae-1.checkpoint");
  find_state();
  std::string bytes(reinterpret_cast<const char*>(data), size);
  const std::uint64_t checksum = Digest().add(bytes.data(), bytes.size()).value64();
  bytes.append(reinterpret_cast<const char*>(&checksum), sizeof checksum);
  file_with(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size(),
            "checkpoints/clvae-1.checkpoint");
  find_state();
}

}  // namespace
}  // namespace clvae::fuzz

CLVAE_FUZZ_TARGET(clvae::fuzz::read_checkpoint)
