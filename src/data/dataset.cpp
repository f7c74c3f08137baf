#include "data/dataset.hpp"

#include <fmt/format.h>

#include "core/digest.hpp"
#include "data/streams.hpp"

namespace clvae::data {

std::string describe(const ImageShape& shape) {
  if (shape.is_vector) return fmt::format("vectors of {} features", shape.channels);
  return fmt::format("images of {} x {} x {}", shape.channels, shape.height, shape.width);
}

namespace {

/// Takes features in both precisions, as it shows at the end which of the two counts.
class Fingerprint {
 public:
  void add(const void* bytes, std::size_t count) {
    exact_.add(bytes, count);
    rounded_.add(bytes, count);
  }
  void add_image_values(const void* bytes, std::size_t count) { rounded_.add(bytes, count); }
  void add_features(gsl::span<const double> features) {
    exact_.add(features.data(), features.size_bytes());
    rounded_values_.resize(features.size());
    for (std::size_t i = 0; i < features.size(); ++i) {
      rounded_values_[i] = static_cast<float>(features[i]);
      are_single_ = are_single_ && static_cast<double>(rounded_values_[i]) == features[i];
    }
    rounded_.add(rounded_values_.data(), rounded_values_.size() * sizeof(float));
  }
  std::string hex() const { return are_single_ ? rounded_.hex128() : exact_.hex128(); }

 private:
  Digest exact_;
  Digest rounded_;
  std::vector<float> rounded_values_;
  bool are_single_ = true;
};

}  // namespace

std::string fingerprint_of(const Dataset& dataset) {
  Fingerprint digest;
  for (const LabelledImages* part : {&dataset.train, &dataset.test}) {
    const std::int64_t shape[] = {part->shape.channels, part->shape.height, part->shape.width,
                                  static_cast<std::int64_t>(part->size())};
    digest.add(shape, sizeof shape);
    digest.add(part->labels.data(), part->labels.size() * sizeof(std::int32_t));
    digest.add_image_values(part->pixels.data(), part->pixels.size());
    digest.add_image_values(part->values.data(), part->values.size() * sizeof(float));
    const Stream source = part->features.empty() ? part->source : held_features(*part);
    if (!source) continue;
    for_each_piece(*source, [&](gsl::span<std::byte> piece, auto /*first*/, auto /*count*/) {
      if (source->type() == ValueType::exact) return digest.add_features(values_in<double>(piece));
      digest.add_image_values(piece.data(), piece.size());
    });
  }
  if (dataset.validation > 0) {
    const std::string validation = fmt::format("validation {}", dataset.validation);
    digest.add(validation.data(), validation.size());
  }
  return digest.hex();
}

}  // namespace clvae::data
