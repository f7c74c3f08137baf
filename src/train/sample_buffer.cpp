#include "train/sample_buffer.hpp"

#include <algorithm>

namespace clvae::train {

gsl::span<const std::byte> SampleBuffer::hold(const SampleSource& source,
                                              const std::vector<Stretch>& wanted) {
  if (source_ == &source && held_ == wanted) return gsl::make_span(memory_).first(size_);
  source_ = nullptr;
  const std::size_t sample = source.bytes_per_sample();
  size_ = 0;
  for (const Stretch& stretch : wanted) size_ += static_cast<std::size_t>(stretch.count) * sample;
  Expects(size_ <= std::min(capacity_, needed_));
  if (memory_.empty()) memory_.resize(std::min(capacity_, needed_));
  gsl::span<std::byte> rest = gsl::make_span(memory_).first(size_);
  for (const Stretch& stretch : wanted) {
    const auto count = static_cast<std::size_t>(stretch.count);
    source.read(static_cast<std::size_t>(stretch.first), count, rest.first(count * sample));
    rest = rest.subspan(count * sample);
  }
  source_ = &source;
  held_ = wanted;
  return gsl::make_span(memory_).first(size_);
}

}  // namespace clvae::train
