#include "train/trained_networks.hpp"

#include "train/batches.hpp"
#include "train/trainer_device.hpp"

namespace clvae::train {

Encoded encoded_by(const networks::ArchitecturePtr& architecture, const std::vector<float>& encoder,
                   const std::vector<float>& decoder, const Values& values,
                   const std::string& device) {
  const torch::Device place = usable_device(device);
  networks::ClvaeNetwork network(architecture, place);
  network.encoder().from_vector(encoder);
  network.decoder().from_vector(decoder);
  const DeviceSamples samples({values, {}}, architecture->sample(), place);
  return encode(network, samples, true);
}

std::vector<float> log_probabilities_by(const networks::ArchitecturePtr& architecture, int classes,
                                        const std::vector<float>& features,
                                        const std::vector<float>& head, const Values& values,
                                        const std::string& device) {
  const torch::Device place = usable_device(device);
  networks::ClassifierNetwork network(architecture, classes, place);
  network.features().from_vector(features);
  network.head().from_vector(head);
  const DeviceSamples samples({values, {}}, architecture->sample(), place);
  std::vector<float> log_probabilities;
  probability_pass(network, samples, log_probabilities).finish();
  return log_probabilities;
}

}  // namespace clvae::train
