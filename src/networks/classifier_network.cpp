#include "networks/classifier_network.hpp"

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "networks/encoder_features.hpp"
#include "networks/parameters.hpp"

namespace clvae::networks {

namespace {

const Architecture& checked(const Architecture& architecture, int classes) {
  check(architecture);
  if (classes < 2) throw UsageError(fmt::format("a classifier of {} classes", classes));
  return architecture;
}

}  // namespace

ClassifierNetwork::ClassifierNetwork(const Architecture& architecture, int classes,
                                     torch::Device device)
    : architecture_(checked(architecture, classes)),
      features_(feature_layout(architecture), device),
      head_(head_layout(architecture, classes), device) {}

void ClassifierNetwork::initialise(RandomStream& stream) {
  features_.initialise(stream);
  head_.initialise(stream);
}

torch::Tensor ClassifierNetwork::logits(const torch::Tensor& images, Precision precision) const {
  return dense(head_, 0, encoder_features(architecture_, features_, images, precision));
}

}  // namespace clvae::networks
