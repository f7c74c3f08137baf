#include <fmt/format.h>
#include <gsl/span>

#include "clvae/clvae.hpp"
#include "embed/trained_run.hpp"
#include "hdf5/failures.hpp"
#include "score/threshold.hpp"
#include "train/threads.hpp"

namespace clvae {

namespace {

/// What `action` returns; what LibTorch and others throw becomes an error of clvae, but for a want
/// of memory.
template <class Action>
auto told(const Action& action) -> decltype(action()) {
  try {
    return action();
  } catch (const Error&) {
    throw;
  } catch (const std::bad_alloc&) {
    throw;
  } catch (const std::exception& error) {
    throw RunError(first_line(error));
  }
}

}  // namespace

struct Detector::Impl {
  Impl(embed::TrainedRun loaded, int thread_count)
      : run(std::move(loaded)), threads(thread_count) {}

  template <class Value>
  Scores score(const Value* values, std::size_t samples) const;

  embed::TrainedRun run;
  int threads;
  std::vector<std::size_t> members;
  SampleShape shape;
  std::string score_name;
  std::string merge_name;
  std::vector<float> held_out;  ///< scores of the validation inliers
};

template <class Value>
Scores Detector::Impl::score(const Value* values, std::size_t samples) const {
  return told([&] {
    if (values == nullptr && samples != 0) {
      throw UsageError(fmt::format("no values; expected those of {} samples", samples));
    }
    const train::Threads in_use(threads);
    return run.ensemble.score(gsl::make_span(values, samples * shape.values()));
  });
}

namespace {

/// How many samples so many values are. \throws UsageError
std::size_t samples_in(std::size_t values, const SampleShape& shape) {
  const std::size_t of_one = shape.values();
  if (values % of_one == 0) return values / of_one;
  const std::string one = shape.is_features ? fmt::format("vectors of {} features", shape.channels)
                                            : fmt::format("images of {} x {} x {}", shape.channels,
                                                          shape.height, shape.width);
  throw UsageError(
      fmt::format("found {} values; expected a multiple of {}, for {}", values, of_one, one));
}

}  // namespace

Detector::Detector(const std::string& run, const LoadOptions& options) {
  impl_ = told([&] {
    const hdf5::Quiet quiet;
    const store::Reader reader(embed::run_file_at(run));
    const config::Config config = embed::scoring_config(reader, options);
    const train::Threads in_use(config.training.threads);
    const data::ImageShape shape = embed::sample_shape_of(reader, config, {});
    const embed::UsableMembers usable = embed::usable_members(reader, options.members);
    auto impl =
        std::make_unique<Impl>(embed::ready(embed::trained_members(reader, config, shape, usable),
                                            embed::device_of(config.training)),
                               config.training.threads);
    for (const MemberIndex member : impl->run.members) impl->members.push_back(member.value());
    impl->shape = {!shape.is_image(), shape.channels, shape.height, shape.width};
    impl->score_name = config.reduction.score;
    impl->merge_name = embed::merge_in_use(config.reduction);
    impl->held_out = embed::stored_anomalies(reader, impl->run, "validation");
    return impl;
  });
}

Detector::~Detector() = default;
Detector::Detector(Detector&&) noexcept = default;
Detector& Detector::operator=(Detector&&) noexcept = default;

const std::vector<std::string>& Detector::class_names() const {
  return impl_->run.ensemble.class_names();
}
const std::vector<std::size_t>& Detector::members() const { return impl_->members; }
std::size_t Detector::members_requested() const { return impl_->run.requested; }
const SampleShape& Detector::sample_shape() const { return impl_->shape; }
const std::string& Detector::score_name() const { return impl_->score_name; }
const std::string& Detector::merge_name() const { return impl_->merge_name; }

Scores Detector::score(const std::uint8_t* values, std::size_t samples) const {
  return impl_->score(values, samples);
}

Scores Detector::score(const std::vector<std::uint8_t>& values) const {
  return impl_->score(values.data(), samples_in(values.size(), impl_->shape));
}

Scores Detector::score(const float* values, std::size_t samples) const {
  return impl_->score(values, samples);
}

Scores Detector::score(const std::vector<float>& values) const {
  return impl_->score(values.data(), samples_in(values.size(), impl_->shape));
}

Scores Detector::score(const double* values, std::size_t samples) const {
  return impl_->score(values, samples);
}

Scores Detector::score(const std::vector<double>& values) const {
  return impl_->score(values.data(), samples_in(values.size(), impl_->shape));
}

float Detector::threshold(double false_alarm_rate) const {
  return score::threshold_for(false_alarm_rate, impl_->held_out);
}

}  // namespace clvae
