// Prints how often the intervals hold what they say, as a Markdown table; run by hand:
//
//     build/tests/tests/coverage/coverage_table [TRIALS [joint]]     # joint: those scores alone

#include <cmath>
#include <cstdio>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "coverage.hpp"

namespace {

std::string percent(double share) {
  return std::isnan(share) ? "-" : fmt::format("{:.1f} %", 100 * share);
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::size_t kTrials = 4000;
  constexpr std::size_t kDraws = 200;
  const std::size_t trials = argc > 1 ? std::stoul(argv[1]) : kTrials;
  struct Row {
    const char* members;
    clvae::coverage::Pool pool;
    std::vector<std::size_t> sizes;
  };
  const bool joint_alone = argc > 2;
  std::vector<Row> rows;
  for (const auto& sizes : std::vector<std::vector<std::size_t>>{
           {1, 2, 4, 6, 7, 8}, {1, 2, 5, 10, 15, 19, 20}, {1, 2, 5, 10, 25, 40, 49, 50}}) {
    clvae::coverage::Pool pool;
    pool.members = sizes.back();
    rows.push_back({"Gaussian quality", pool, sizes});
    pool.bad_share = 0.1;
    if (pool.members <= 20) rows.push_back({"one bad in ten", pool, sizes});
  }
  if (joint_alone) rows.clear();
  fmt::print(
      "Share of {} trials in which the 95 % interval holds, {} draws (joint scores: at most 100)\n\n",
      trials, kDraws);
  fmt::print(
      "| members | N | k | curve | ensemble | total |\n| --- | --- | --- | --- | --- | --- |\n");
  for (const Row& row : rows) {
    for (const auto& found :
         clvae::coverage::measure(row.pool, row.sizes, trials, kDraws, clvae::Seed{1})) {
      fmt::print("| {} | {} | {} | {} | {} | {} |\n", row.members, row.pool.members, found.size,
                 percent(found.curve), percent(found.ensemble), percent(found.total));
      std::fflush(stdout);
    }
  }
  for (const char* score : {"joint", "nearest"}) {
    for (const std::size_t members : {8U, 20U}) {
      clvae::coverage::JointPool pool;
      pool.members = members;
      const std::vector<std::size_t> sizes =
          members == 8 ? std::vector<std::size_t>{1, 4, 7} : std::vector<std::size_t>{1, 3, 10, 19};
      for (const auto& found :
           clvae::coverage::measure_joint(pool, score, sizes, trials, clvae::Seed{1})) {
        fmt::print("| {} | {} | {} | {} | {} | {} |\n", score, members, found.size,
                   percent(found.curve), percent(found.ensemble), percent(found.total));
        std::fflush(stdout);
      }
    }
  }
  return 0;
}
