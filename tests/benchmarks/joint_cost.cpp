// What scores of all members at once cost beside the density, as Markdown tables: processor seconds
// of a reduction's walk with one merge, for ensembles of several sizes; and the time in which one
// sample is scored by 20 members.
//
//     build/tests/tests/benchmarks/joint_cost [SAMPLES [MEMBERS ...]]

#include <chrono>
#include <cstdio>
#include <ctime>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "../reduce/walks.hpp"
#include "networks/architectures.hpp"
#include "reduce/score_table.hpp"
#include "score/ensemble.hpp"
#include "train/device.hpp"

namespace {

using clvae::RandomStream;
using clvae::Seed;

constexpr std::size_t kClasses = 9;
constexpr std::size_t kDimension = 3;
constexpr std::size_t kOrders = 200;

/// Of this process: other work on the machine counts less than on the clock on the wall.
double processor_seconds() {
  return static_cast<double>(std::clock()) / static_cast<double>(CLOCKS_PER_SEC);
}

std::vector<float> drawn_latents(std::size_t samples, RandomStream& stream) {
  std::vector<float> latents;
  for (std::size_t i = 0; i < samples * kDimension; ++i) {
    const auto label = static_cast<double>(i / kDimension % kClasses);
    latents.push_back(
        static_cast<float>(label * static_cast<double>(i % kDimension) / 4 + stream.normal()));
  }
  return latents;
}

std::vector<std::int32_t> drawn_classes() {
  std::vector<std::int32_t> classes;
  for (std::size_t i = 0; i < clvae::reduce::kReferences; ++i) {
    classes.push_back(static_cast<std::int32_t>(i % kClasses));
  }
  return classes;
}

/// Members with latents that were drawn; one sample in two counts as an outlier.
class DrawnMembers : public clvae::reduce::MemberValues {
 public:
  DrawnMembers(std::size_t members, std::size_t samples) {
    RandomStream stream(Seed{1});
    const std::vector<std::int32_t> classes = drawn_classes();
    std::vector<std::vector<float>> references;
    for (std::size_t member = 0; member < members; ++member) {
      latents_.push_back(drawn_latents(samples, stream));
      references.push_back(drawn_latents(classes.size(), stream));
      gaussians_.push_back(
          clvae::reduce::fit_gaussians(references.back(), classes, kClasses, kDimension));
    }
    references_ = std::make_unique<clvae::reduce::References>(
        classes, clvae::reduce::in_order(members), references, gaussians_);
    places_ = clvae::reduce::in_order(samples);
  }

  std::size_t members() const override { return latents_.size(); }
  std::size_t classes() const override { return kClasses; }
  const std::vector<std::size_t>& places(clvae::reduce::Part /*part*/) const override {
    return places_;
  }
  gsl::span<const std::int32_t> training_classes() const override { return {}; }
  std::vector<float> values(std::size_t member, clvae::reduce::Reading /*latents*/) const override {
    return latents_[member];
  }
  const clvae::reduce::Gaussians& gaussians(std::size_t member) const override {
    return gaussians_[member];
  }
  const clvae::reduce::References& references() const override { return *references_; }

 private:
  std::vector<std::vector<float>> latents_;
  std::vector<clvae::reduce::Gaussians> gaussians_;
  std::vector<std::size_t> places_;
  std::unique_ptr<clvae::reduce::References> references_;
};

void measure_walks(std::size_t members, std::size_t samples) {
  const DrawnMembers drawn(members, samples);
  std::vector<std::uint8_t> is_outlier(samples);
  for (std::size_t i = samples / 2; i < samples; ++i) is_outlier[i] = 1;
  const auto test = clvae::reduce::test_set_of(is_outlier);
  const auto orders = clvae::reduce::draw_orders(members, kOrders, Seed{1});
  for (const char* name : {"density", "joint", "nearest"}) {
    const double begin = processor_seconds();
    const auto scored = clvae::reduce::score_named(name)->make(drawn, {});
    const double ready = processor_seconds();
    const auto walk = clvae::reduce::walk(*scored, test, orders);
    fmt::print("| {} | {} | {} | {:.1f} | {:.1f} |\n", name, members, walk.orders.size(),
               ready - begin, processor_seconds() - ready);
    std::fflush(stdout);
  }
}

void measure_scoring(std::size_t members, std::size_t samples) {
  RandomStream stream(Seed{2});
  clvae::score::EnsembleOptions options;
  options.architecture =
      clvae::networks::convolutional({1, 28, 28}, kDimension, 16, {{16, 1}, {32, 2}, {64, 2}});
  options.class_names.assign(kClasses, "class");
  options.reference_classes = drawn_classes();
  std::vector<clvae::score::Member> drawn(members);
  const auto weights = clvae::networks::parameters_in(options.architecture->encoder_layout());
  for (std::size_t member = 0; member < members; ++member) {
    for (std::int64_t i = 0; i < weights; ++i) {
      drawn[member].encoder_weights.push_back(static_cast<float>(0.05 * stream.normal()));
    }
    drawn[member].index = member;
    drawn[member].reference_latents = drawn_latents(options.reference_classes.size(), stream);
    drawn[member].gaussians = clvae::reduce::fit_gaussians(
        drawn[member].reference_latents, options.reference_classes, kClasses, kDimension);
  }
  std::vector<std::uint8_t> images;
  for (std::size_t i = 0; i < samples * 28 * 28; ++i) {
    images.push_back(static_cast<std::uint8_t>(stream.below(256)));
  }
  for (const char* name : {"density", "joint", "nearest", "density", "joint", "nearest"}) {
    options.score = clvae::reduce::score_named(name);
    const clvae::score::Ensemble ensemble(options, drawn);
    const double begin = processor_seconds();
    ensemble.score(images);
    const double seconds = processor_seconds() - begin;
    fmt::print("| {} | {} | {:.3f} |\n", name, members,
               1e3 * seconds / static_cast<double>(samples));
    std::fflush(stdout);
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::size_t samples = argc > 1 ? std::stoul(argv[1]) : 19'000;
  std::vector<std::size_t> members;
  for (int i = 2; i < argc; ++i) members.push_back(std::stoul(argv[i]));
  if (members.empty()) members = {20, 100, 1000};
  clvae::train::prepare(1);
  fmt::print("{} samples, {} classes, d = {}\n\n", samples, kClasses, kDimension);
  fmt::print(
      "| score | members | orders | made, s | walked, s |\n| --- | --- | --- | --- | --- |\n");
  for (const std::size_t count : members) measure_walks(count, samples);
  fmt::print("\n| score | members | a new image, ms |\n| --- | --- | --- |\n");
  measure_scoring(20, 1024);
  return 0;
}
