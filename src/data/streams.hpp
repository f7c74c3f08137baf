#pragma once
/// \file
/// Sources made of others: selected, chained, in the order of axes that the program uses.

#include <memory>
#include <vector>

#include "core/sample_source.hpp"
#include "data/array_form.hpp"
#include "data/dataset.hpp"
#include "data/drawing.hpp"
#include "data/split.hpp"

namespace clvae::data {

using Stream = std::shared_ptr<const SampleSource>;

/// Samples as they lie in their file, in the layout that all others have: channels first, features
/// in double precision. Every value that is read is looked at.
/// \throws DataError on reading, as `ArrayForm::arranged`
Stream arranged(Stream raw, ArrayForm form);

/// Some of the samples. What lies close together is read at once. \param positions best ascending
Stream selected(const Stream& source, const Positions& positions);

/// One source's samples behind the other's; of one size and type. \param sources at least one
Stream chained(std::vector<Stream> sources);

/// The features of a dataset that lie in memory, which has to outlive what is returned.
Stream held_features(const LabelledImages& samples);

/// A copy of features that is held in memory.
Stream copied_features(const SampleSource& source);

/// Features, standardised.
Stream standardised(Stream source, Standardisation by);

/// Calls `take(memory, first, count)` with all samples, a few at a time, in their order.
template <class Take>
void for_each_piece(const SampleSource& source, const Take& take) {
  const std::size_t most = samples_at_once(source);
  std::vector<std::byte> memory(most * source.bytes_per_sample());
  for (std::size_t first = 0; first < source.size(); first += most) {
    const std::size_t count = std::min(most, source.size() - first);
    const auto piece = gsl::make_span(memory).first(count * source.bytes_per_sample());
    source.read(first, count, piece);
    take(piece, first, count);
  }
}

/// What lies in memory as values of a type.
template <class Value>
gsl::span<Value> values_in(gsl::span<std::byte> memory) {
  return {reinterpret_cast<Value*>(memory.data()), memory.size() / sizeof(Value)};
}

}  // namespace clvae::data
