#include "data/assembly.hpp"

#include <algorithm>
#include <filesystem>
#include <utility>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/utf8.hpp"
#include "data/array_form.hpp"
#include "data/classes.hpp"
#include "data/drawing.hpp"
#include "data/streams.hpp"
#include "data/texts.hpp"

namespace clvae::data {

namespace {

LabelledImages samples_of(RawSplit raw, const Source& source) {
  const ArrayForm form(raw.shape, source.axes, raw.where, source.precision, source.scale);
  if (raw.labels.size() != form.size()) {
    throw DataError(raw.where, fmt::format("{} labels", raw.labels.size()),
                    fmt::format("{}, one for each sample", form.size()));
  }
  LabelledImages samples;
  samples.shape = form.shape();
  if (raw.source) {
    samples.source = arranged(std::move(raw.source), form);
    return samples;
  }
  SampleBlock block =
      form.arranged({std::move(raw.bytes), std::move(raw.numbers), std::move(raw.features)}, 0);
  samples.pixels = std::move(block.pixels);
  samples.values = std::move(block.values);
  samples.features = std::move(block.features);
  return samples;
}

/// Labels that are positions in the list of names, as the names themselves.
void name_labels(RawSplit& raw, const std::vector<std::string>& class_names) {
  if (are_whole_numbers(class_names) || !are_whole_numbers(raw.labels)) return;
  for (std::string& label : raw.labels) {
    const bool is_position =
        label.front() != '-' && label.size() <= 9 && std::stoul(label) < class_names.size();
    if (!is_position) continue;  // `numbered` complains
    label = class_names[std::stoul(label)];
  }
}

std::vector<std::string> all_labels(const RawData& raw) {
  std::vector<std::string> labels = raw.train.labels;
  if (raw.test) labels.insert(labels.end(), raw.test->labels.begin(), raw.test->labels.end());
  return labels;
}

void check_names(const RawData& raw) {
  const auto& names = raw.class_names;
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (std::find(names.begin(), name, *name) != name) {
      throw DataError(raw.train.where, fmt::format("the class name \"{}\" twice", *name),
                      "each name once");
    }
  }
}

/// Of a file without its extension.
std::string last_component(const std::string& data) {
  std::filesystem::path path = std::filesystem::path(data).lexically_normal();
  if (!path.has_filename()) path = path.parent_path();
  std::error_code ignored;
  const bool is_file = std::filesystem::is_regular_file(path, ignored);
  const std::string name = (is_file ? path.stem() : path.filename()).string();
  return name.empty() || name == "." || name == ".." ? "dataset" : name;
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

void complete(Dataset& dataset, const std::string& path, std::vector<std::string> class_names,
              const std::string& known_fingerprint) {
  if (dataset.train.shape != dataset.test.shape) {
    throw DataError(path, "test " + describe(dataset.test.shape),
                    describe(dataset.train.shape) + " as in the training split");
  }
  for (const std::string& name : class_names) require_text(name, path, "the name of a class");
  dataset.class_names = std::move(class_names);
  check_labels(dataset.train, dataset.class_names.size(), path + ", training split");
  check_labels(dataset.test, dataset.class_names.size(), path + ", test split");
  dataset.name = escaped(last_component(path));
  dataset.value_type = dataset.train.value_type();
  dataset.fingerprint = known_fingerprint.empty() ? fingerprint_of(dataset) : known_fingerprint;
}

Dataset assemble(RawData raw, const Source& source) {
  check_names(raw);
  if (raw.class_names.empty()) {
    raw.class_names = sorted_classes(all_labels(raw));
  } else {
    name_labels(raw.train, raw.class_names);
    if (raw.test) name_labels(*raw.test, raw.class_names);
  }
  Dataset dataset;
  const auto take = [&](RawSplit& split) {
    std::vector<std::int32_t> labels = numbered(split.labels, raw.class_names, split.where);
    LabelledImages samples = samples_of(std::move(split), source);
    samples.labels = std::move(labels);
    return samples;
  };
  dataset.train = take(raw.train);
  dataset.validation = raw.validation;
  dataset.columns = std::move(raw.columns);
  dataset.precision = source.precision;
  dataset.warnings = std::move(raw.warnings);
  dataset.class_names = raw.class_names;
  if (raw.test) {
    dataset.test = take(*raw.test);
  } else {
    draw_test_split(dataset, source.test_fraction);
  }
  if (dataset.train.value_type() != dataset.test.value_type() && dataset.test.size() > 0) {
    throw DataError(source.path, "one split of bytes and one of floating-point numbers",
                    "the same type in both");
  }
  complete(dataset, source.path, std::move(raw.class_names), source.known_fingerprint);
  return dataset;
}

}  // namespace clvae::data
