// Writes a run file and a checkpoint to start fuzzing from: fuzz_store_seeds FOLDER
#include <filesystem>

#include "store/checkpoints.hpp"
#include "store/creation.hpp"
#include "store/fixture.hpp"

int main(int count, char** arguments) {
  if (count != 2) return 2;
  namespace files = std::filesystem;
  using namespace clvae;
  const files::path folder(arguments[1]);
  files::create_directories(folder / "run_file");
  files::create_directories(folder / "checkpoint");
  store::create((folder / "run_file" / "run.h5").string(), store::small_contents(),
                store::ignore_warning);
  const store::Checkpoints checkpoints((folder / "checkpoint").string(), "identity");
  checkpoints.keep({Kind::clvae, MemberIndex{1}, Attempt{0}}, "weights and moments");
  return 0;
}
