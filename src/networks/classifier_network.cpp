#include "networks/classifier_network.hpp"

#include <utility>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::networks {

namespace {

int checked(int classes) {
  if (classes < 2) throw UsageError(fmt::format("a classifier of {} classes", classes));
  return classes;
}

}  // namespace

ClassifierNetwork::ClassifierNetwork(ArchitecturePtr architecture, int classes,
                                     torch::Device device)
    : architecture_(std::move(architecture)),
      features_(architecture_->feature_layout(), device),
      head_(architecture_->head_layout(checked(classes)), device) {}

void ClassifierNetwork::initialise(RandomStream& stream) {
  features_.initialise(stream);
  head_.initialise(stream);
}

torch::Tensor ClassifierNetwork::logits(const torch::Tensor& samples, Precision precision) const {
  return dense_layer(head_, 0, architecture_->features(features_, samples, precision));
}

}  // namespace clvae::networks
