#include "data/assembly.hpp"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/array_form.hpp"
#include "data/classes.hpp"
#include "data/drawing.hpp"
#include "data/readers.hpp"
#include "data/streams.hpp"

namespace clvae::data {

namespace {

LabelledImages samples_of(RawSplit raw, Axes axes) {
  const ArrayForm form(raw.shape, axes, raw.where);
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
  SampleBlock block = form.arranged({std::move(raw.bytes), std::move(raw.numbers)}, 0);
  samples.pixels = std::move(block.pixels);
  samples.values = std::move(block.values);
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

}  // namespace

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
    LabelledImages samples = samples_of(std::move(split), source.axes);
    samples.labels = std::move(labels);
    return samples;
  };
  dataset.train = take(raw.train);
  dataset.columns = std::move(raw.columns);
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
