// Gives files to a fuzz target, each as it is, cut off, and with bytes turned over: what can be
// done without libFuzzer, and the way to look at one of its finds.
//
//     fuzz_NAME FILE-OR-FOLDER...
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

namespace files = std::filesystem;

void try_file(const files::path& path) {
  constexpr std::size_t kVariants = 25;
  std::ifstream file(path, std::ios::binary);
  std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
  const auto give = [&](std::size_t size) {
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(bytes.data()), size);
  };
  give(bytes.size());
  const std::size_t step = std::max<std::size_t>(1, bytes.size() / kVariants);
  for (std::size_t place = 0; place < bytes.size(); place += step) {
    give(place);
    bytes[place] = static_cast<char>(~bytes[place]);
    give(bytes.size());
    bytes[place] = static_cast<char>(~bytes[place]);
  }
}

}  // namespace

int main(int count, char** arguments) {
  int tried = 0;
  for (int i = 1; i < count; ++i) {
    std::vector<files::path> paths{arguments[i]};
    if (files::is_directory(arguments[i])) {
      paths.assign(files::directory_iterator(arguments[i]), files::directory_iterator());
    }
    for (const files::path& path : paths) {
      try_file(path);
      ++tried;
    }
  }
  std::printf("%d files\n", tried);
  return tried > 0 ? 0 : 1;
}
