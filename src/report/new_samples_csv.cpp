#include "report/new_samples_csv.hpp"

#include <fmt/format.h>

#include "report/csv_field.hpp"
#include "report/files.hpp"

namespace clvae::report {

struct ScoredCsv::Impl {
  Impl(const std::string& path, SampleNames names)
      : draft(path),
        has_files(names == SampleNames::files),
        pending(
            fmt::format("index,{}anomaly_score,is_anomaly,nearest_class,confidence,disagreement\n",
                        has_files ? "file," : "")) {}
  Draft draft;
  bool has_files;
  std::string pending;
};

ScoredCsv::ScoredCsv(const std::string& path, SampleNames names)
    : impl_(std::make_unique<Impl>(path, names)) {}
ScoredCsv::~ScoredCsv() = default;

void ScoredCsv::append(const ScoredSample& sample) {
  constexpr std::size_t kMostPending = std::size_t{1} << 20U;
  const std::string file = impl_->has_files ? csv_field(std::string(sample.file)) + "," : "";
  impl_->pending += sample.is_readable ? fmt::format("{},{}{},{},{},{},{}\n", sample.index, file,
                                                     static_cast<double>(sample.anomaly),
                                                     sample.is_anomaly ? 1 : 0,
                                                     csv_field(std::string(sample.nearest_class)),
                                                     sample.confidence, sample.disagreement)
                                       : fmt::format("{},{},,,,\n", sample.index, file);
  if (impl_->pending.size() < kMostPending) return;
  impl_->draft.write(impl_->pending);
  impl_->pending.clear();
}

void ScoredCsv::finish() {
  impl_->draft.write(impl_->pending);
  impl_->pending.clear();
  impl_->draft.finish();
}

}  // namespace clvae::report
