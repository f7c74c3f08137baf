#include "data/streams.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

namespace clvae::data {

namespace {

/// Samples that are not wanted are read along where that is less than another access would cost.
constexpr std::size_t kGapBytes = 1U << 16U;

class Arranged : public SampleSource {
 public:
  Arranged(Stream raw, ArrayForm form)
      : raw_(std::move(raw)),
        form_(std::move(form)),
        type_(form_.shape().is_vector ? ValueType::exact : raw_->type()) {}

  std::size_t size() const override { return raw_->size(); }
  std::size_t values_per_sample() const override { return form_.shape().pixels(); }
  ValueType type() const override { return type_; }

  void read(std::size_t first, std::size_t count, gsl::span<std::byte> destination) const override {
    if (type_ != raw_->type() || form_.has_channels_last()) {
      read_through(first, count, destination);
    } else {
      raw_->read(first, count, destination);
    }
    if (type_ == ValueType::exact) form_.take_features(values_in<double>(destination), first);
    if (type_ == ValueType::number) form_.take_numbers(values_in<float>(destination), first);
  }

 private:
  void read_through(std::size_t first, std::size_t count, gsl::span<std::byte> destination) const {
    const std::size_t most = samples_at_once(*raw_);
    std::vector<std::byte> memory(std::min(most, count) * raw_->bytes_per_sample());
    for (std::size_t done = 0; done < count; done += most) {
      const std::size_t some = std::min(most, count - done);
      const auto piece = gsl::make_span(memory).first(some * raw_->bytes_per_sample());
      raw_->read(first + done, some, piece);
      const auto to = destination.subspan(done * bytes_per_sample(), some * bytes_per_sample());
      if (type_ != raw_->type()) {
        const auto features = values_in<double>(to);
        if (raw_->type() == ValueType::byte) {
          const auto bytes = values_in<std::uint8_t>(piece);
          std::copy(bytes.begin(), bytes.end(), features.begin());
        } else {
          const auto numbers = values_in<float>(piece);
          std::copy(numbers.begin(), numbers.end(), features.begin());
        }
      } else {
        form_.put_channels_first(piece, type_, to);
      }
    }
  }

  Stream raw_;
  ArrayForm form_;
  ValueType type_;
};

class Selected : public SampleSource {
 public:
  Selected(Stream source, Positions positions)
      : source_(std::move(source)), positions_(std::move(positions)) {}

  std::size_t size() const override { return positions_.size(); }
  std::size_t values_per_sample() const override { return source_->values_per_sample(); }
  ValueType type() const override { return source_->type(); }

  void read(std::size_t first, std::size_t count, gsl::span<std::byte> destination) const override {
    std::vector<std::byte> memory;
    const std::size_t bytes = bytes_per_sample();
    const std::size_t last = first + count;
    for (std::size_t i = first; i < last;) {
      const std::size_t next = end_of_run(i, last);
      const std::size_t begin = positions_[i];
      const std::size_t length = positions_[next - 1] + 1 - begin;
      const auto to = destination.subspan((i - first) * bytes, (next - i) * bytes);
      if (length == next - i) {
        source_->read(begin, length, to);
      } else {
        memory.resize(std::max(memory.size(), length * bytes));
        source_->read(begin, length, gsl::make_span(memory).first(length * bytes));
        for (std::size_t j = i; j < next; ++j) {
          std::memcpy(&to[(j - i) * bytes], &memory[(positions_[j] - begin) * bytes], bytes);
        }
      }
      i = next;
    }
  }

  const Stream& source() const { return source_; }
  const Positions& positions() const { return positions_; }

 private:
  /// The end of what is worth being read at once, from `begin` on.
  std::size_t end_of_run(std::size_t begin, std::size_t last) const {
    const std::size_t most = samples_at_once(*source_);
    const std::size_t gap = kGapBytes / bytes_per_sample();
    std::size_t end = begin + 1;
    while (end < last && positions_[end] > positions_[end - 1] &&
           positions_[end] - positions_[end - 1] - 1 <= gap &&
           positions_[end] - positions_[begin] < most) {
      ++end;
    }
    return end;
  }

  Stream source_;
  Positions positions_;
};

class Chained : public SampleSource {
 public:
  explicit Chained(std::vector<Stream> sources) : sources_(std::move(sources)) {}

  std::size_t size() const override {
    std::size_t sum = 0;
    for (const Stream& source : sources_) sum += source->size();
    return sum;
  }
  std::size_t values_per_sample() const override { return sources_.front()->values_per_sample(); }
  ValueType type() const override { return sources_.front()->type(); }

  void read(std::size_t first, std::size_t count, gsl::span<std::byte> destination) const override {
    for (const Stream& source : sources_) {
      if (first >= source->size()) {
        first -= source->size();
        continue;
      }
      const std::size_t some = std::min(count, source->size() - first);
      if (some == 0) return;
      source->read(first, some, destination.first(some * bytes_per_sample()));
      destination = destination.subspan(some * bytes_per_sample());
      count -= some;
      first = 0;
    }
  }

 private:
  std::vector<Stream> sources_;
};

/// Features in memory, which is its own or another's.
class Held : public SampleSource {
 public:
  Held(gsl::span<const double> features, std::size_t samples, std::vector<double> owned = {})
      : owned_(std::move(owned)),
        features_(owned_.empty() ? features : gsl::span<const double>(owned_)),
        samples_(samples) {}

  std::size_t size() const override { return samples_; }
  std::size_t values_per_sample() const override { return features_.size() / samples_; }
  ValueType type() const override { return ValueType::exact; }

  void read(std::size_t first, std::size_t count, gsl::span<std::byte> destination) const override {
    const std::size_t size = values_per_sample();
    const auto wanted = gsl::as_bytes(features_.subspan(first * size, count * size));
    std::copy(wanted.begin(), wanted.end(), destination.begin());
  }

 private:
  std::vector<double> owned_;
  gsl::span<const double> features_;
  std::size_t samples_;
};

class Standardised : public SampleSource {
 public:
  Standardised(Stream source, Standardisation by)
      : source_(std::move(source)), by_(std::move(by)) {}

  std::size_t size() const override { return source_->size(); }
  std::size_t values_per_sample() const override { return source_->values_per_sample(); }
  ValueType type() const override { return ValueType::number; }

  void read(std::size_t first, std::size_t count, gsl::span<std::byte> destination) const override {
    const std::size_t most = samples_at_once(*source_);
    std::vector<double> features(std::min(most, count) * values_per_sample());
    for (std::size_t done = 0; done < count; done += most) {
      const std::size_t some = std::min(most, count - done);
      const auto piece = gsl::make_span(features).first(some * values_per_sample());
      source_->read(first + done, some, gsl::as_writable_bytes(piece));
      by_.apply(piece, values_in<float>(destination.subspan(done * bytes_per_sample(),
                                                            some * bytes_per_sample())));
    }
  }

 private:
  Stream source_;
  Standardisation by_;
};

}  // namespace

Stream arranged(Stream raw, ArrayForm form) {
  return std::make_shared<Arranged>(std::move(raw), std::move(form));
}

Stream selected(const Stream& source, const Positions& positions) {
  const auto* const base = dynamic_cast<const Selected*>(source.get());
  if (base == nullptr) return std::make_shared<Selected>(source, positions);
  Positions composed;
  composed.reserve(positions.size());
  for (const std::size_t position : positions) composed.push_back(base->positions()[position]);
  return std::make_shared<Selected>(base->source(), std::move(composed));
}

Stream chained(std::vector<Stream> sources) {
  if (sources.size() == 1) return std::move(sources.front());
  return std::make_shared<Chained>(std::move(sources));
}

Stream held_features(const LabelledImages& samples) {
  return std::make_shared<Held>(samples.features, samples.size());
}

Stream copied_features(const SampleSource& source) {
  std::vector<double> features(source.size() * source.values_per_sample());
  source.read(0, source.size(), gsl::as_writable_bytes(gsl::make_span(features)));
  return std::make_shared<Held>(gsl::span<const double>(), source.size(), std::move(features));
}

Stream standardised(Stream source, Standardisation by) {
  return std::make_shared<Standardised>(std::move(source), std::move(by));
}

}  // namespace clvae::data
