#include "torchscript/modules.hpp"

#include <cmath>
#include <sstream>

#include <fmt/format.h>
#include <torch/script.h>

#include "clvae/core/errors.hpp"
#include "networks/architecture.hpp"
#include "torchscript/source.hpp"

namespace clvae::torchscript {

namespace {

using torch::jit::Module;

torch::Tensor doubles(const std::vector<double>& values, const std::vector<std::int64_t>& shape) {
  return torch::tensor(values, torch::kFloat64).reshape(shape);
}

/// A tensor of a module that is no parameter to be trained.
struct Named {
  std::string name;
  torch::Tensor tensor;
};

/// The encoder's parameters; without the head of the log-variance, which scoring does not need.
std::vector<Named> parameters_of(const networks::Architecture& architecture,
                                 const std::vector<float>& weights) {
  const torch::Tensor all = torch::tensor(torch::ArrayRef<float>(weights));
  const networks::Layout layout = architecture.encoder_layout();
  std::vector<Named> named;
  std::int64_t begin = 0;
  for (const networks::Parameter& parameter : layout) {
    const std::int64_t size = parameter.size();
    if (begin + size > all.numel()) break;
    const std::string name = tensor_name(parameter.name);
    if (name.rfind("log_variance", 0) != 0) {
      named.push_back({name, all.narrow(0, begin, size).reshape(parameter.shape).clone()});
    }
    begin += size;
  }
  if (begin != all.numel() || begin != networks::parameters_in(layout)) {
    throw UsageError(fmt::format("{} weights given for an encoder of {}", weights.size(),
                                 networks::parameters_in(layout)));
  }
  return named;
}

/// The Gaussians, and how a class scores: its offset less a multiple of squared distances.
std::vector<Named> gaussians_of(const reduce::Gaussians& gaussians, reduce::GaussianScore score) {
  const std::int64_t classes = gaussians.classes;
  const std::int64_t dimension = gaussians.dimension;
  const torch::Tensor peaks = doubles(gaussians.log_peaks, {classes});
  return {{"class_means", doubles(gaussians.means, {classes, dimension})},
          {"whiteners", doubles(gaussians.whiteners, {classes, dimension, dimension})},
          {"offsets", score.with_peak ? peaks : torch::zeros_like(peaks)}};
}

void add(Module& module, const std::string& name, const c10::TypePtr& type,
         const torch::IValue& value) {
  module.register_attribute(name, type, value);
}

void add(Module& module, const std::string& name, double number) {
  add(module, name, c10::FloatType::get(), number);
}

void add(Module& module, const std::string& name, const std::string& text) {
  add(module, name, c10::StringType::get(), text);
}

std::string bytes_of(const Module& module, const std::string& description) {
  try {
    std::ostringstream bytes;
    module.save(bytes, {{kDescription, description}});
    return bytes.str();
  } catch (const c10::Error& error) {
    throw RunError("TorchScript: " + first_line(error));
  }
}

}  // namespace

struct Modules::Impl {
  Impl(const score::EnsembleOptions& given, const Notes& said) : options(given), notes(said) {}

  std::vector<Named> tensors_of(const score::Member& member) const;
  /// A module with the methods of all; its tensors are one member's.
  Module first_of(const std::vector<Named>& tensors) const;
  Module ensemble() const;

  score::EnsembleOptions options;
  Notes notes;
  std::vector<Module> members;
  std::vector<Named> joint_tensors;  ///< of a joint score
};

std::vector<Named> Modules::Impl::tensors_of(const score::Member& member) const {
  std::vector<Named> tensors = parameters_of(*options.architecture, member.encoder_weights);
  const std::vector<Named> gaussians =
      gaussians_of(member.gaussians, options.score->gaussian_score);
  tensors.insert(tensors.end(), gaussians.begin(), gaussians.end());
  if (!options.architecture->inputs().are_standardised) return tensors;
  const std::int64_t features = options.architecture->sample().values();
  const std::vector<double> zeros(static_cast<std::size_t>(features), 0);
  const std::vector<double> ones(static_cast<std::size_t>(features), 1);
  const data::Standardisation by =
      options.standardisation.value_or(data::Standardisation{zeros, ones, {}});
  tensors.push_back({"feature_means", doubles(by.means, {features})});
  tensors.push_back({"feature_deviations", doubles(by.deviations, {features})});
  return tensors;
}

Module Modules::Impl::first_of(const std::vector<Named>& tensors) const {
  Module module("ClvaeMember");
  add(module, "training", c10::BoolType::get(), false);
  for (const Named& named : tensors) module.register_buffer(named.name, named.tensor);
  add(module, "scale", options.score->gaussian_score.distances);
  add(module, "farthest", static_cast<double>(score::kFarthestLatent));
  if (options.architecture->inputs().are_standardised) {
    add(module, "rounds_features", c10::BoolType::get(),
        !options.standardisation ||
            options.standardisation->precision == FeaturePrecision::float32);
  }
  add(module, "member", c10::IntType::get(), notes.members.front());
  module.define(member_source(*options.architecture));
  return module;
}

Module Modules::Impl::ensemble() const {
  Module module("ClvaeEnsemble");
  add(module, "training", c10::BoolType::get(), false);
  for (std::size_t i = 0; i < members.size(); ++i) {
    module.register_module(fmt::format("member_{}", i), members[i]);
  }
  c10::List<std::string> names;
  for (const std::string& name : options.class_names) names.push_back(name);
  add(module, "class_names", c10::ListType::ofStrings(), names);
  c10::List<std::int64_t> indices;
  for (const std::int64_t member : notes.members) indices.push_back(member);
  add(module, "members", c10::ListType::ofInts(), indices);
  add(module, "score", std::string(options.score->name));
  add(module, "merge", std::string(reduce::name_of(options.merge)));
  if (notes.threshold) add(module, "threshold", static_cast<double>(*notes.threshold));
  add(module, "log_members", std::log(static_cast<double>(members.size())));
  add(module, "share_scale", options.score->has_logarithms ? 1.0 : 0.5);
  for (const Named& named : joint_tensors) module.register_buffer(named.name, named.tensor);
  if (options.score->is_joint) {
    add(module, "farthest", static_cast<double>(score::kFarthestLatent));
  }
  module.define(
      ensemble_source(members.size(), *options.score, options.merge, notes.threshold.has_value()));
  return module;
}

Modules::Modules(const score::EnsembleOptions& options, const std::vector<score::Member>& members,
                 const Notes& notes)
    : impl_(std::make_unique<Impl>(options, notes)) {
  if (members.empty() || notes.members.size() != members.size()) {
    throw UsageError(fmt::format("{} members with {} indices: one each is needed", members.size(),
                                 notes.members.size()));
  }
  reduce::require_mergeable(*options.score, options.merge);
  if (options.score->is_joint) {
    const auto references = score::references_of(options, members);
    for (const reduce::NamedTensor& tensor : options.score->joint_tensors(*references)) {
      const std::vector<std::int64_t> shape(tensor.shape.begin(), tensor.shape.end());
      impl_->joint_tensors.push_back({std::string(tensor.name), doubles(tensor.values, shape)});
    }
  }
  for (std::size_t i = 0; i < members.size(); ++i) {
    const std::vector<Named> tensors = impl_->tensors_of(members[i]);
    if (i == 0) {
      impl_->members.push_back(impl_->first_of(tensors));
      continue;
    }
    // A copy has the same class, so that a file holds the methods once.
    Module module = impl_->members.front().deepcopy();
    for (const Named& named : tensors) module.setattr(named.name, named.tensor);
    module.setattr("member", notes.members[i]);
    impl_->members.push_back(std::move(module));
  }
}

Modules::~Modules() = default;
Modules::Modules(Modules&&) noexcept = default;
Modules& Modules::operator=(Modules&&) noexcept = default;

std::size_t Modules::members() const { return impl_->members.size(); }

std::string Modules::member_file(std::size_t member) const {
  return bytes_of(impl_->members.at(member), impl_->notes.description);
}

std::string Modules::ensemble_file() const {
  return bytes_of(impl_->ensemble(), impl_->notes.description);
}

}  // namespace clvae::torchscript
