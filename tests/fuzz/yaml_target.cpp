// A config, which is written and read back where it is one.
#include <cstdlib>

#include "clvae/core/errors.hpp"
#include "config/config.hpp"
#include "fuzz/target.hpp"

namespace clvae::fuzz {
namespace {

void read_config(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  std::string written;
  try {
    written = config::to_yaml(config::parse(text, "config.yaml"));
  } catch (const Error&) {
    return;
  }
  if (config::to_yaml(config::parse(written, "written.yaml")) != written) std::abort();
}

}  // namespace
}  // namespace clvae::fuzz

CLVAE_FUZZ_TARGET(clvae::fuzz::read_config)
