#include "data/dataset.hpp"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/digest.hpp"
#include "data/readers.hpp"
#include "data/streams.hpp"

namespace clvae::data {

namespace {

/// Of a file without its extension.
std::string last_component(const std::string& folder) {
  std::filesystem::path path = std::filesystem::path(folder).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  std::error_code ignored;
  const bool is_file = std::filesystem::is_regular_file(path, ignored);
  const std::string name = (is_file ? path.stem() : path.filename()).string();
  return name.empty() || name == "." || name == ".." ? "dataset" : name;
}

std::string fingerprint(const Dataset& dataset) {
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
  return digest.hex128();
}

void check_labels(const LabelledImages& part, std::size_t classes, const std::string& where) {
  const auto beyond =
      std::find_if(part.labels.begin(), part.labels.end(), [classes](std::int32_t label) {
        return label < 0 || static_cast<std::size_t>(label) >= classes;
      });
  if (beyond == part.labels.end()) return;
  throw DataError(where,
                  fmt::format("label {} of sample {}", *beyond, beyond - part.labels.begin()),
                  fmt::format("a class from 0 to {}", classes - 1));
}

}  // namespace

std::string describe(const ImageShape& shape) {
  if (shape.is_vector) return fmt::format("vectors of {} features", shape.channels);
  return fmt::format("images of {} x {} x {}", shape.channels, shape.height, shape.width);
}

void complete(Dataset& dataset, const std::string& folder, std::vector<std::string> class_names,
              const std::string& known_fingerprint) {
  if (dataset.train.shape != dataset.test.shape) {
    throw DataError(folder, "test " + describe(dataset.test.shape),
                    describe(dataset.train.shape) + " as in the training split");
  }
  if (class_names.empty()) {
    const auto largest =
        *std::max_element(dataset.train.labels.begin(), dataset.train.labels.end());
    for (std::int32_t label = 0; label <= largest; ++label) {
      class_names.push_back(std::to_string(label));
    }
  }
  dataset.class_names = std::move(class_names);
  check_labels(dataset.train, dataset.class_names.size(), folder + ", training split");
  check_labels(dataset.test, dataset.class_names.size(), folder + ", test split");
  dataset.name = last_component(folder);
  dataset.value_type = dataset.train.value_type();
  dataset.fingerprint = known_fingerprint.empty() ? fingerprint(dataset) : known_fingerprint;
}

Dataset load(const Source& source) {
  if (source.format == "idx") return load_idx(source.path);
  if (source.format == "cifar10") return load_cifar10(source.path);
  if (source.format == "images") return load_images(source);
  if (source.format == "npz") return load_npz(source);
  if (source.format == "csv") return load_csv(source);
  throw UsageError(fmt::format("unknown dataset format {}; known: idx, cifar10, images, npz, csv",
                               source.format));
}

}  // namespace clvae::data
