#include "drawing.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "clvae/core/random.hpp"

namespace clvae::data {

Positions draw(const Positions& positions, std::size_t count, Seed seed) {
  RandomStream stream(seed);
  std::vector<std::size_t> chosen = stream.permutation(positions.size());
  chosen.resize(count);
  std::sort(chosen.begin(), chosen.end());
  Positions drawn;
  drawn.reserve(count);
  for (const std::size_t index : chosen) drawn.push_back(positions[index]);
  return drawn;
}

Positions without(const Positions& all, const Positions& taken) {
  Positions left;
  std::set_difference(all.begin(), all.end(), taken.begin(), taken.end(), std::back_inserter(left));
  return left;
}

Positions positions_of(const LabelledImages& images, int label) {
  Positions positions;
  for (std::size_t i = 0; i < images.size(); ++i) {
    if (images.labels[i] == label) positions.push_back(i);
  }
  return positions;
}

void draw_test_split(Dataset& dataset, double fraction) {
  Positions test;
  for (std::size_t label = 0; label < dataset.class_names.size(); ++label) {
    const Positions all = positions_of(dataset.train, static_cast<int>(label));
    if (all.empty()) continue;
    const auto wanted =
        static_cast<std::size_t>(std::llround(fraction * static_cast<double>(all.size())));
    const Positions drawn =
        draw(all, std::min(wanted, all.size() - 1), derive_seed(kDrawSeed, "test_split", {label}));
    test.insert(test.end(), drawn.begin(), drawn.end());
  }
  std::sort(test.begin(), test.end());
  Positions all(dataset.train.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  LabelledImages kept;
  LabelledImages taken;
  kept.shape = taken.shape = dataset.train.shape;
  append_samples(kept, dataset.train, without(all, test));
  append_samples(taken, dataset.train, test);
  dataset.train = std::move(kept);
  dataset.test = std::move(taken);
}

}  // namespace clvae::data
