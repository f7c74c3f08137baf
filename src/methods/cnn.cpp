// The classifier of the inlier classes: the encoder's layers and one logit for each class.

#include <fmt/format.h>

#include "methods/datasets.hpp"
#include "methods/list.hpp"
#include "methods/method.hpp"
#include "methods/network_cost.hpp"
#include "methods/options.hpp"
#include "store/slabs.hpp"
#include "train/classifier_training.hpp"
#include "train/context.hpp"
#include "train/trained_networks.hpp"

namespace clvae::methods {

namespace {

Trained left_by_classifier(train::ClassifierResult result) {
  Trained trained;
  trained.record = static_cast<train::TrainingRecord&>(result);
  auto& values = trained.values;
  values.emplace_back(slab::kValidationLogProbabilities,
                      std::move(result.validation_log_probabilities));
  values.emplace_back(slab::kTestLogProbabilities, std::move(result.test_log_probabilities));
  values.emplace_back(slab::kLossHistory, std::move(result.loss_history));
  values.emplace_back(slab::kEncoderWeights, std::move(result.encoder_weights));
  values.emplace_back(slab::kHeadWeights, std::move(result.head_weights));
  return trained;
}

class Cnn : public Method {
 public:
  Cnn() : Method(Kind::cnn) {}

  bool has_dimension() const override { return false; }

  std::vector<store::MemberDataset> datasets(const Setting& setting) const override {
    const networks::ArchitecturePtr architecture = architecture_of(setting);
    const Extents extents(setting);
    const auto probabilities = [&](const char* name, const data::Part& samples, const char* part) {
      return class_logarithms(name, samples.size(), extents, "1",
                              fmt::format("the probability that the classifier gives each inlier "
                                          "class, for each {} sample",
                                          part));
    };
    const data::Experiment& experiment = setting.experiment;
    return {probabilities(slab::kValidationLogProbabilities, experiment.validation, "validation"),
            probabilities(slab::kTestLogProbabilities, experiment.test, "test"),
            loss_history(extents, train::kClassifierTerms),
            weights(slab::kEncoderWeights, architecture->feature_layout(),
                    "convolutions and the dense layer"),
            weights(slab::kHeadWeights, architecture->head_layout(setting.classes()), "head")};
  }

  std::int64_t parameters(const Setting& setting) const override {
    const networks::ArchitecturePtr architecture = architecture_of(setting);
    return networks::parameters_in(architecture->feature_layout()) +
           networks::parameters_in(architecture->head_layout(setting.classes()));
  }
  double flops(const Setting& setting) const override {
    return epochs_flops(setting, flops_of_sample(setting));
  }
  double flops_of_sample(const Setting& setting) const override {
    return architecture_of(setting)->classifier_training_flops(setting.classes());
  }
  double memory(const Setting& setting) const override { return network_memory(setting, 1); }

  Pace measure_pace(const Setting& setting, const std::string& device,
                    double seconds) const override {
    const std::vector<std::int32_t> classes = training_classes(setting);
    return network_pace(
        setting,
        train::classifier_throughput(
            training_options(setting.config, setting.experiment.shape, device),
            {setting.experiment.train.values, classes}, seconds, lanes_on(setting.config, device)));
  }

  std::unique_ptr<Training> begin(const Bench& bench, const Member& /*member*/, Seed seed,
                                  const std::string& state) const override {
    return training_of(std::make_unique<train::ClassifierTraining>(bench.context(), seed, state),
                       left_by_classifier);
  }

  Statements statements(const TrainedMember& member, const Values& samples) const override {
    return {{reduce::Quantity::class_log_probabilities,
             train::log_probabilities_by(member.architecture, member.classes,
                                         member.left(slab::kEncoderWeights),
                                         member.left(slab::kHeadWeights), samples, member.device)}};
  }
};

}  // namespace

const Method& cnn() {
  static const Cnn method;
  return method;
}

}  // namespace clvae::methods
