// Processor seconds of one core for the AUCs of all ensemble sizes along all orders; prints one
// JSON line. tests/benchmarks/reduction.py runs it beside NumPy.

#include <cstdio>
#include <ctime>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "../reduce/walks.hpp"
#include "clvae/core/errors.hpp"
#include "reduce/measures.hpp"
#include "reduce/packed_scores.hpp"

namespace {

using clvae::reduce::Order;
using clvae::reduce::PackedScores;
using clvae::reduce::TestSet;

/// Of this process: other work on the machine counts less than on the clock on the wall.
double processor_seconds() {
  return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

struct Problem {
  std::string path;  ///< log densities, double, [members, samples, classes]; second half: outliers
  std::size_t members;
  std::size_t samples;
  std::size_t classes;
  std::size_t orders;
};

PackedScores packed(const Problem& problem, const TestSet& test) {
  PackedScores scores({problem.classes, true, true}, clvae::reduce::Merge::mean, test.samples,
                      problem.members);
  std::ifstream file(problem.path, std::ios::binary);
  std::vector<double> values(problem.samples * problem.classes);
  for (std::size_t member = 0; member < problem.members; ++member) {
    file.read(reinterpret_cast<char*>(values.data()),
              static_cast<std::streamsize>(values.size() * sizeof(double)));
    if (!file) throw clvae::UsageError("too few scores in " + problem.path);
    scores.set_member(member, values);
  }
  return scores;
}

/// [orders][N]: AUCs alone, as the script has them.
std::vector<std::vector<double>> walk_for_aucs(const PackedScores& scores, const TestSet& test,
                                               const std::vector<Order>& orders) {
  constexpr std::size_t kTogether = 10;
  const std::size_t row = scores.stride();
  std::vector<float> values(kTogether * scores.members() * row);
  clvae::reduce::Measurer measurer(test.inliers, test.outliers);
  std::vector<std::vector<double>> aucs;
  for (std::size_t first = 0; first < orders.size(); first += kTogether) {
    const std::size_t count = std::min(kTogether, orders.size() - first);
    scores.ranking_scores({orders.data() + first, count}, values);
    for (std::size_t i = 0; i < count; ++i) {
      aucs.emplace_back();
      for (std::size_t k = 0; k < scores.members(); ++k) {
        const float* begin = values.data() + (i * scores.members() + k) * row;
        aucs.back().push_back(measurer.auc({begin, scores.samples()}));
      }
    }
  }
  return aucs;
}

void measure(const Problem& problem) {
  std::vector<std::uint8_t> is_outlier(problem.samples, 0);
  std::fill(is_outlier.begin() + static_cast<std::ptrdiff_t>(problem.samples / 2), is_outlier.end(),
            std::uint8_t{1});
  const TestSet test = clvae::reduce::test_set_of(is_outlier);
  const auto orders = clvae::reduce::draw_orders(problem.members, problem.orders, clvae::Seed{1});
  const double started = processor_seconds();
  const PackedScores scores = packed(problem, test);
  const double ready = processor_seconds();
  const auto aucs = walk_for_aucs(scores, test, orders);
  const double walked = processor_seconds();
  const auto walk = clvae::reduce::walk(scores, test, orders);
  const double all = processor_seconds();
  if (walk.aucs != aucs) throw clvae::RunError("two walks along the same orders differ");
  fmt::print("{}\n", nlohmann::json{{"pack_seconds", ready - started},
                                    {"auc_seconds", walked - ready},
                                    {"all_seconds", all - walked},
                                    {"orders", orders},
                                    {"aucs", aucs}}
                         .dump());
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    fmt::print(stderr, "usage: {} SCORES MEMBERS SAMPLES CLASSES ORDERS\n", argv[0]);
    return 2;
  }
  try {
    measure({argv[1], std::stoul(argv[2]), std::stoul(argv[3]), std::stoul(argv[4]),
             std::stoul(argv[5])});
  } catch (const std::exception& error) {
    fmt::print(stderr, "{}\n", error.what());
    return 2;
  }
  return 0;
}
