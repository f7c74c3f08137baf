#include "train/encoders.hpp"

#include <utility>

#include "train/batches.hpp"
#include "train/encode.hpp"
#include "train/trainer_device.hpp"

namespace clvae::train {

struct Encoders::Impl {
  networks::ArchitecturePtr architecture;
  torch::Device device;
  std::vector<networks::ClvaeNetwork> networks;
};

Encoders::Encoders(networks::ArchitecturePtr architecture, const std::string& device)
    : impl_(std::make_unique<Impl>(Impl{std::move(architecture), usable_device(device), {}})) {}

Encoders::~Encoders() = default;
Encoders::Encoders(Encoders&&) noexcept = default;
Encoders& Encoders::operator=(Encoders&&) noexcept = default;

void Encoders::add(const std::vector<float>& weights) {
  auto network = networks::ClvaeNetwork::encoder_only(impl_->architecture, impl_->device);
  network.encoder().from_vector(weights);
  impl_->networks.push_back(std::move(network));
}

std::size_t Encoders::size() const { return impl_->networks.size(); }

void Encoders::encode(const Values& values, const Take& take) const {
  const DeviceSamples samples({values, {}}, impl_->architecture->sample(), impl_->device);
  for (std::size_t i = 0; i < impl_->networks.size(); ++i) {
    take(i, train::encode(impl_->networks[i], samples, false).latents);
  }
}

}  // namespace clvae::train
