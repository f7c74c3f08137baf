#include "networks/allocator.hpp"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace clvae::networks {
namespace {

/// What the kernel was told of the mapping that an address lies in: two letters each.
std::string flags_of_mapping(const void* address) {
  std::ifstream maps("/proc/self/smaps");
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  bool is_there = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = ' ';
    std::istringstream range(line);
    if (range >> std::hex >> begin >> dash >> end && dash == '-') {
      is_there = begin <= wanted && wanted < end;
    }
    if (is_there && line.rfind("VmFlags:", 0) == 0) return line;
  }
  return {};
}

TEST(KeptMemory, lies_in_huge_pages_when_the_kernel_has_them) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "the sanitizer has an allocator of its own";
#endif
  if (!std::filesystem::exists("/sys/kernel/mm/transparent_hugepage/enabled")) {
    GTEST_SKIP() << "this kernel has no huge pages";
  }
  keep_freed_memory();
  keep_freed_memory();  // again changes nothing

  const std::vector<char> block(16 << 20);

  EXPECT_NE(flags_of_mapping(block.data() + block.size() / 2).find(" hg"), std::string::npos);
}

}  // namespace
}  // namespace clvae::networks
