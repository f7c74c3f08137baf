#include "report/new_samples_csv.hpp"

#include <fmt/format.h>

#include "report/csv_field.hpp"
#include "report/files.hpp"

namespace clvae::report {

struct ScoredCsv::Impl {
  Impl(const std::string& path, SampleNames names, Judgement judgement)
      : draft(path),
        has_files(names == SampleNames::files),
        is_judged(judgement == Judgement::told),
        pending(fmt::format("index,{}anomaly_score,{}nearest_class,confidence,disagreement\n",
                            has_files ? "file," : "", is_judged ? "is_anomaly," : "")) {}
  Draft draft;
  bool has_files;
  bool is_judged;
  std::string pending;
};

ScoredCsv::ScoredCsv(const std::string& path, SampleNames names, Judgement judgement)
    : impl_(std::make_unique<Impl>(path, names, judgement)) {}
ScoredCsv::~ScoredCsv() = default;

void ScoredCsv::append(const ScoredSample& sample) {
  constexpr std::size_t kMostPending = std::size_t{1} << 20U;
  const std::string file = impl_->has_files ? csv_field(std::string(sample.file)) + "," : "";
  const char* const judged = !impl_->is_judged ? "" : sample.is_anomaly ? "1," : "0,";
  impl_->pending += sample.is_readable ? fmt::format("{},{}{},{}{},{},{}\n", sample.index, file,
                                                     static_cast<double>(sample.anomaly), judged,
                                                     csv_field(std::string(sample.nearest_class)),
                                                     sample.confidence, sample.disagreement)
                                       : fmt::format("{},{},{},,\n", sample.index, file,
                                                     impl_->is_judged ? "," : "");
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
