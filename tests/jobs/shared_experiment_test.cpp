#include "run/shared_experiment.hpp"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "run/experiment.hpp"

namespace clvae::run {
namespace {

constexpr const char* kFolder = "/usr/share/datasets/fashion-mnist";

/// How the mapping is that an address lies in, as "rw-s"; s: shared.
std::string mapping_of(const void* address) {
  const auto wanted = reinterpret_cast<std::uintptr_t>(address);
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::istringstream words(line);
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    char dash = 0;
    std::string access;
    words >> std::hex >> begin >> dash >> end >> access;
    if (begin <= wanted && wanted < end) return access;
  }
  return {};
}

TEST(AgreedExperiment, is_the_same_on_every_rank_in_memory_that_a_host_has_once) {
  if (!std::filesystem::exists(kFolder)) {
    GTEST_SKIP() << "Debian's dataset-fashion-mnist is not installed: no real data are shared";
  }
  const auto world = comm::Communicator::world();
  config::Config config;
  config.dataset.path = kFolder;
  config.dataset.train_limit = 1000;
  const data::Experiment alone = load_experiment(config, FeaturePrecision::float64);

  const data::Experiment shared = agreed_experiment(world, config, FeaturePrecision::float64);

  EXPECT_EQ(shared.fingerprint, alone.fingerprint);
  EXPECT_EQ(shared.test_is_outlier, alone.test_is_outlier);
  for (const auto part :
       {&data::Experiment::train, &data::Experiment::validation, &data::Experiment::test}) {
    const data::Part& mine = shared.*part;
    const data::Part& expected = alone.*part;
    EXPECT_EQ(mine.labels, expected.labels);
    EXPECT_EQ(mine.original_index, expected.original_index);
    const auto values = mine.values.bytes();
    ASSERT_EQ(values.size(), expected.labels.size() * 28 * 28);
    EXPECT_TRUE(std::equal(values.begin(), values.end(), expected.values.bytes().begin()));
    const std::string mapping = mapping_of(values.data());
    ASSERT_EQ(mapping.size(), 4U);
    EXPECT_EQ(mapping.back(), world.size() == 1 ? 'p' : 's');
  }
}

}  // namespace
}  // namespace clvae::run
