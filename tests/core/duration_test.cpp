#include "core/duration.hpp"

#include <gtest/gtest.h>

namespace clvae {
namespace {

TEST(Duration, is_read_when_written_with_a_unit_or_as_slurm_does) {
  for (const auto& [text, seconds] : {std::pair{"90", 90.0},
                                      {"90 s", 90.0},
                                      {"30min", 1800.0},
                                      {"1.5 h", 5400.0},
                                      {"2 d", 172'800.0},
                                      {"5:30", 330.0},
                                      {"1:30:00", 5400.0},
                                      {"2-00", 172'800.0},
                                      {"1-02:30", 95'400.0},
                                      {"0-00:00:05", 5.0}}) {
    EXPECT_EQ(parse_duration(text), seconds) << text;
  }
}

TEST(Duration, is_refused_when_it_is_anything_else) {
  for (const char* text :
       {"", "h", "-5", "1e3", "5 weeks", "1:2:3:4", "UNLIMITED", "10  min", "99999999999:00"}) {
    EXPECT_FALSE(parse_duration(text)) << text;
  }
}

}  // namespace
}  // namespace clvae
