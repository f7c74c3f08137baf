#include "run/member_losses.hpp"

#include <algorithm>

#include "store/slabs.hpp"

namespace clvae::run {

bool has_losses(const store::Reader& reader, Kind kind) {
  return reader.has_dataset(kind, slab::kLossHistory);
}

MemberLosses losses_of(const store::Reader& reader, Kind kind, MemberIndex member,
                       const store::CommitRecord& record) {
  const std::vector<store::MemberDataset> datasets = reader.datasets(kind);
  const auto described = std::find_if(
      datasets.begin(), datasets.end(),
      [](const store::MemberDataset& dataset) { return dataset.name == slab::kLossHistory; });
  const std::vector<float> history = reader.slab(kind, member, slab::kLossHistory);
  // Terms of the training, and then the same of the validation; the whole loss is each time the
  // first.
  const std::size_t terms = described->slab_shape.at(1);
  const std::size_t epochs = std::min<std::size_t>(record.epochs_run, described->slab_shape.at(0));
  MemberLosses losses;
  for (std::size_t epoch = 0; epoch < epochs; ++epoch) {
    losses.training.push_back(history.at(epoch * terms));
    losses.validation.push_back(history.at(epoch * terms + terms / 2));
  }
  return losses;
}

}  // namespace clvae::run
