#include "data/drawing.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

#include "core/random.hpp"
#include "data/streams.hpp"

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

namespace {

/// Samples with their shape and labels.
LabelledImages samples_at(const LabelledImages& images, const Positions& positions) {
  const std::size_t size = images.shape.pixels();
  const auto append = [size](auto& to, const auto& from, std::size_t position) {
    if (from.empty()) return;
    const auto first = from.begin() + static_cast<long>(position * size);
    to.insert(to.end(), first, first + static_cast<long>(size));
  };
  LabelledImages taken;
  taken.shape = images.shape;
  if (images.source) taken.source = selected(images.source, positions);
  for (const std::size_t position : positions) {
    append(taken.pixels, images.pixels, position);
    append(taken.values, images.values, position);
    append(taken.features, images.features, position);
    taken.labels.push_back(images.labels[position]);
  }
  return taken;
}

}  // namespace

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
  dataset.test = samples_at(dataset.train, test);
  dataset.train = samples_at(dataset.train, without(all, test));
}

}  // namespace clvae::data
