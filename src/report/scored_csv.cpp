#include <fmt/format.h>

#include "clvae/report/scored.hpp"
#include "csv_field.hpp"
#include "files.hpp"

namespace clvae::report {

struct ScoredCsv::Impl {
  explicit Impl(const std::string& path) : draft(path) {}
  Draft draft;
  std::string pending = "index,anomaly_score,is_anomaly,nearest_class,confidence,disagreement\n";
};

ScoredCsv::ScoredCsv(const std::string& path) : impl_(std::make_unique<Impl>(path)) {}
ScoredCsv::~ScoredCsv() = default;

void ScoredCsv::append(const ScoredImage& image) {
  constexpr std::size_t kMostPending = std::size_t{1} << 20U;
  impl_->pending +=
      fmt::format("{},{},{},{},{},{}\n", image.index, static_cast<double>(image.anomaly),
                  image.is_anomaly ? 1 : 0, csv_field(std::string(image.nearest_class)),
                  image.confidence, image.disagreement);
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
