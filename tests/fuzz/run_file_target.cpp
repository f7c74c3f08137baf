// A run file.
#include "clvae/core/errors.hpp"
#include "fuzz/target.hpp"
#include "store/reader.hpp"

namespace clvae::fuzz {
namespace {

void read_run_file(const std::uint8_t* data, std::size_t size) {
  const std::string path = file_with(data, size, "run.h5");
  try {
    const store::Reader reader(path);
    reader.contents();
    reader.sessions();
    for (const Kind kind : reader.kinds()) {
      const std::size_t members = reader.summary(kind).members;
      for (unsigned member = 0; member < members && member < 8; ++member) {
        reader.damage_of(kind, MemberIndex{member});
      }
    }
  } catch (const Error&) {
  }
}

}  // namespace
}  // namespace clvae::fuzz

CLVAE_FUZZ_TARGET(clvae::fuzz::read_run_file)
