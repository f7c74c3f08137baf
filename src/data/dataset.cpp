#include "data/dataset.hpp"

#include <fmt/format.h>

#include "core/digest.hpp"
#include "data/streams.hpp"

namespace clvae::data {

std::string describe(const ImageShape& shape) {
  if (shape.is_vector) return fmt::format("vectors of {} features", shape.channels);
  return fmt::format("images of {} x {} x {}", shape.channels, shape.height, shape.width);
}

std::string fingerprint_of(const Dataset& dataset) {
  Digest digest;
  for (const LabelledImages* part : {&dataset.train, &dataset.test}) {
    const std::int64_t shape[] = {part->shape.channels, part->shape.height, part->shape.width,
                                  static_cast<std::int64_t>(part->size())};
    digest.add(shape, sizeof shape);
    digest.add(part->labels.data(), part->labels.size() * sizeof(std::int32_t));
    digest.add(part->pixels.data(), part->pixels.size());
    digest.add(part->values.data(), part->values.size() * sizeof(float));
    if (!part->source) continue;
    for_each_piece(*part->source, [&](gsl::span<const std::byte> piece, auto /*first*/,
                                      auto /*count*/) { digest.add(piece.data(), piece.size()); });
  }
  if (dataset.validation > 0) digest.add(fmt::format("validation {}", dataset.validation));
  return digest.hex128();
}

}  // namespace clvae::data
