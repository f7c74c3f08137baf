#include "core/processor.hpp"

#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include <gtest/gtest.h>

namespace clvae {
namespace {

/// What the kernel says that the first processor can do.
std::set<std::string> flags_of_the_kernel() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.rfind("flags", 0) != 0) continue;
    std::istringstream words(line.substr(line.find(':') + 1));
    std::set<std::string> flags;
    for (std::string word; words >> word;) flags.insert(word);
    return flags;
  }
  return {};
}

TEST(ProcessorLevel, is_the_one_that_the_kernel_tells_of_when_the_processor_is_x86_64) {
  const std::set<std::string> flags = flags_of_the_kernel();
  if (flags.empty()) GTEST_SKIP() << "/proc/cpuinfo has no flags here";
  const auto has = [&](const std::set<std::string>& wanted) {
    for (const std::string& flag : wanted) {
      if (flags.count(flag) == 0) return false;
    }
    return true;
  };
  const bool has_v3 = has({"avx2", "fma", "bmi1", "bmi2"});
  const bool has_v4 = has({"avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"});

  const ProcessorLevel level = processor_level();

  EXPECT_EQ(level, has_v4   ? ProcessorLevel::x86_64_v4
                   : has_v3 ? ProcessorLevel::x86_64_v3
                            : ProcessorLevel::baseline);
}

}  // namespace
}  // namespace clvae
