// The plain VAE: the same networks, with one prior for all classes and the unweighted loss.

#include "methods/autoencoder_method.hpp"
#include "methods/list.hpp"

namespace clvae::methods {

namespace {

class Vae : public AutoencoderMethod {
 public:
  Vae() : AutoencoderMethod(Kind::vae) {}

 protected:
  train::AutoencoderGoal goal(const networks::LossOptions& options,
                              std::vector<double> /*centres*/) const override {
    const auto loss = [options](const networks::Posterior& posterior,
                                const torch::Tensor& /*latents*/, const torch::Tensor& errors,
                                const torch::Tensor& /*centres*/) {
      return networks::vae_loss(posterior, errors, options);
    };
    return {std::string(name_of(kind())), loss, {}};
  }
};

}  // namespace

const Method& vae() {
  static const Vae method;
  return method;
}

}  // namespace clvae::methods
