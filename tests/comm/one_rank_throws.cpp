// Rank 1 fails in the way that the argument names, while the others wait for it.

#include <stdexcept>
#include <string>

#include "comm/guard.hpp"
#include "comm/session.hpp"

int main(int argc, char** argv) {
  const std::string way = argc > 1 ? argv[1] : "";
  try {
    const clvae::comm::Session session;
    const auto world = clvae::comm::Communicator::world();
    if (way == "unwinding") {
      if (world.rank() == clvae::Rank{1}) throw std::runtime_error("rank 1 broke");
      world.wait_for_all();
    }
    return clvae::comm::guarded(world, stderr, [&] {
      if (way == "shared") {
        clvae::comm::together(world, [&] {
          if (world.rank() == clvae::Rank{1}) throw clvae::UsageError("rank 1 objects");
        });
      }
      if (world.rank() == clvae::Rank{1}) throw clvae::DataError("x.gz", "nothing", "images");
      world.wait_for_all();
    });
  } catch (const std::exception&) {
    return 1;
  }
}
