// One probabilistic PCA for each inlier class. It knows no chance, and is computed on the
// processor.

#include "train/pca.hpp"

#include <algorithm>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "methods/datasets.hpp"
#include "methods/list.hpp"
#include "methods/method.hpp"
#include "methods/network_cost.hpp"
#include "store/slabs.hpp"
#include "train/background.hpp"
#include "train/context.hpp"
#include "train/variety.hpp"

namespace clvae::methods {

namespace {

/// Passes over the samples until a class's principal axes stand. Measured.
constexpr double kPasses = 15;

Trained left_by_pca(train::PcaResult result) {
  Trained trained;
  trained.record = static_cast<train::TrainingRecord&>(result);
  auto& values = trained.values;
  values.emplace_back(slab::kValidationLogLikelihoods,
                      std::move(result.validation_log_likelihoods));
  values.emplace_back(slab::kTestLogLikelihoods, std::move(result.test_log_likelihoods));
  values.emplace_back(slab::kPcaMeans, std::move(result.means));
  values.emplace_back(slab::kPcaComponents, std::move(result.components));
  values.emplace_back(slab::kPcaExplainedVariances, std::move(result.explained_variances));
  values.emplace_back(slab::kPcaNoiseVariances, std::move(result.noise_variances));
  return trained;
}

/// The models of the classes.
std::vector<store::MemberDataset> models(const Extents& extents) {
  return {{slab::kPcaMeans,
           {extents.classes, extents.pixels},
           {"class", extents.words.place},
           extents.words.unit,
           extents.words.class_mean},
          {slab::kPcaComponents,
           {extents.classes, extents.dimension, extents.pixels},
           {"class", "component", extents.words.place},
           "1",
           "principal components of each inlier class, orthonormal, the largest variance first"},
          {slab::kPcaExplainedVariances,
           {extents.classes, extents.dimension},
           {"class", "component"},
           extents.words.squared_unit,
           "variance of each class's training samples along each component, divisor n - 1"},
          {slab::kPcaNoiseVariances,
           {extents.classes},
           {"class"},
           extents.words.squared_unit,
           fmt::format("mean variance in the other directions, of which there are min(n, {}s) - "
                       "components",
                       extents.words.place)}};
}

/// The models that a member left in the run file.
std::vector<train::ClassPca> classes_left_by(const TrainedMember& member) {
  const std::vector<float> means = member.left(slab::kPcaMeans);
  const std::vector<float> components = member.left(slab::kPcaComponents);
  const std::vector<float> variances = member.left(slab::kPcaExplainedVariances);
  const std::vector<float> noise = member.left(slab::kPcaNoiseVariances);
  const auto count = static_cast<std::size_t>(member.classes);
  const auto part = [count](const std::vector<float>& all, std::size_t k) {
    const auto size = static_cast<std::ptrdiff_t>(all.size() / count);
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(k) * size;
    return std::vector<double>(begin, begin + size);
  };
  std::vector<train::ClassPca> classes;
  for (std::size_t k = 0; k < count; ++k) {
    classes.push_back({part(means, k), part(components, k), part(variances, k),
                       static_cast<double>(noise.at(k))});
  }
  return classes;
}

class Pca : public Method {
 public:
  Pca() : Method(Kind::pca) {}

  bool keeps_state() const override { return false; }
  std::string device_for(const std::string& /*given*/) const override { return "cpu"; }

  std::vector<store::MemberDataset> datasets(const Setting& setting) const override {
    const Extents extents(setting);
    const auto likelihoods = [&](const char* name, const data::Part& samples, const char* part) {
      return class_logarithms(
          name, samples.size(), extents, extents.words.density_unit,
          fmt::format("the density of each {} sample under each inlier class's probabilistic PCA",
                      part));
    };
    const data::Experiment& experiment = setting.experiment;
    std::vector<store::MemberDataset> datasets = {
        likelihoods(slab::kValidationLogLikelihoods, experiment.validation, "validation"),
        likelihoods(slab::kTestLogLikelihoods, experiment.test, "test")};
    const auto of_classes = models(extents);
    datasets.insert(datasets.end(), of_classes.begin(), of_classes.end());
    return datasets;
  }

  void require_trainable(const Setting& setting) const override {
    const std::vector<std::int32_t> classes = training_classes(setting);
    train::check_pca({setting.experiment.train.values, classes}, setting.pixels(),
                     setting.config.model.latent_dim);
  }

  /// There has to be variance that the components leave.
  void require_variety(const Setting& setting) const override {
    const auto components = static_cast<std::size_t>(setting.config.model.latent_dim);
    const std::vector<std::int32_t> classes = training_classes(setting);
    const std::vector<std::size_t> spanned =
        train::dimensions_spanned({setting.experiment.train.values, classes},
                                  static_cast<std::size_t>(setting.pixels()), components + 1);
    for (std::size_t k = 0; k < spanned.size(); ++k) {
      if (spanned[k] > components) continue;
      throw DataError(
          setting.config.dataset.path,
          spanned[k] == 0
              ? fmt::format("no two different training samples of class {}",
                            name_of_class(setting, k))
              : fmt::format("training samples of class {} that vary in {} direction{} alone",
                            name_of_class(setting, k), spanned[k], spanned[k] == 1 ? "" : "s"),
          fmt::format("more directions than the {} components of a pca (a smaller "
                      "model.latent_dim needs fewer; or leave pca out of ensemble.methods, or the "
                      "class out of the data)",
                      components));
    }
  }

  std::int64_t parameters(const Setting& setting) const override {
    const std::int64_t components = setting.config.model.latent_dim;
    return setting.classes() * (setting.pixels() * (components + 1) + components + 1);
  }

  double flops(const Setting& setting) const override {
    // Two products a pass with a block of a few more axes than are wanted.
    const double block = 2.0 * setting.config.model.latent_dim + 16;
    return kPasses * 4 * static_cast<double>(setting.experiment.train.size()) *
           static_cast<double>(setting.pixels()) * block;
  }
  /// A fit ends when it is precise enough.
  double flops_of_sample(const Setting& /*setting*/) const override { return 0; }

  /// The largest class in double precision, and the bytes of all of them once more.
  double memory(const Setting& setting) const override {
    const data::Part& train = setting.experiment.train;
    std::ptrdiff_t largest = 0;
    for (const int label : setting.experiment.inlier_classes) {
      largest = std::max(largest, std::count(train.labels.begin(), train.labels.end(), label));
    }
    return kProgramBytes +
           static_cast<double>(largest) * static_cast<double>(setting.pixels()) * sizeof(double) +
           static_cast<double>(train.values.size() * size_of(train.values.type()));
  }

  Pace measure_pace(const Setting& setting, const std::string& /*device*/,
                    double /*seconds*/) const override {
    const std::vector<std::int32_t> classes = training_classes(setting);
    const train::Throughput rates =
        train::pca_throughput({setting.experiment.train.values, classes}, setting.pixels(),
                              setting.config.model.latent_dim);
    return {rates, seconds_for(setting.experiment.train.size(), rates.trained) +
                       seconds_for(scored_samples(setting), rates.scored)};
  }

  std::unique_ptr<Training> begin(const Bench& bench, const Member& /*member*/, Seed /*seed*/,
                                  const std::string& /*state*/) const override {
    const Setting& setting = bench.setting();
    auto fit = std::make_unique<train::PcaTraining>(
        bench.train_samples(), bench.validation_samples(), bench.test_samples(), setting.pixels(),
        setting.config.model.latent_dim);
    train::PcaTraining& made = *fit;
    std::unique_ptr<train::Training> steps = std::move(fit);
    // It is not to hold up the members that a GPU trains beside it. Samples that are read are read
    // by this thread alone.
    const bool is_beside_others =
        !bench.context().device.is_cpu() && !bench.context().train.are_streamed();
    if (is_beside_others) steps = std::make_unique<train::Background>(std::move(steps));
    return std::make_unique<Training>(
        std::move(steps), [&made] { return left_by_pca(made.result()); }, Training::Settle());
  }

  /// The file's models are rounded to single precision.
  Statements statements(const TrainedMember& member, const Values& samples) const override {
    const std::vector<train::ClassPca> classes = classes_left_by(member);
    const std::size_t pixels = classes.front().mean.size();
    const std::size_t count = samples.size() / pixels;
    std::vector<float> rows(count * classes.size());
    for (std::size_t k = 0; k < classes.size(); ++k) {
      const std::vector<double> of_class = train::log_likelihoods(classes[k], samples);
      for (std::size_t i = 0; i < count; ++i) {
        rows[i * classes.size() + k] = static_cast<float>(of_class[i]);
      }
    }
    return {{reduce::Quantity::class_log_likelihoods, std::move(rows)}};
  }
};

}  // namespace

const Method& pca() {
  static const Pca method;
  return method;
}

}  // namespace clvae::methods
