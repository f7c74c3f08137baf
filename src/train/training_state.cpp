#include "train/training_state.hpp"

#include <memory>
#include <sstream>
#include <type_traits>
#include <utility>

#include <fmt/format.h>
#include <torch/optim/adam.h>
#include <torch/serialize.h>

#include "train/training.hpp"

namespace clvae::train {

namespace {

template <class Value>
torch::Tensor tensor_of(const std::vector<Value>& values) {
  // Without its type, a tensor of doubles would be one of floats.
  return torch::tensor(torch::ArrayRef<Value>(values), c10::CppTypeToScalarType<Value>::value);
}

template <class Value>
std::vector<Value> values_of(const torch::Tensor& tensor) {
  const torch::Tensor copy = tensor.to(torch::kCPU).contiguous();
  const Value* begin = copy.data_ptr<Value>();
  return {begin, begin + copy.numel()};
}

template <class Value>
std::vector<Value> values_of(torch::serialize::InputArchive& archive, const std::string& name) {
  torch::Tensor tensor;
  archive.read(name, tensor);
  return values_of<Value>(tensor);
}

std::string part_name(const char* what, std::size_t part) {
  return fmt::format("{}_{}", what, part);
}

void write_parts(torch::serialize::OutputArchive& archive, const char* what,
                 const std::vector<std::vector<float>>& parts) {
  for (std::size_t part = 0; part < parts.size(); ++part) {
    archive.write(part_name(what, part), tensor_of(parts[part]));
  }
}

std::vector<std::vector<float>> read_parts(torch::serialize::InputArchive& archive,
                                           const char* what, std::int64_t count) {
  std::vector<std::vector<float>> parts;
  for (std::int64_t part = 0; part < count; ++part) {
    parts.push_back(values_of<float>(archive, part_name(what, static_cast<std::size_t>(part))));
  }
  return parts;
}

/// By what LibTorch's optimiser knows a parameter: text in old versions, an address since.
template <class States>
auto key_of(const States& /*states*/, const torch::Tensor& parameter) {
  using Key = typename States::key_type;
  if constexpr (std::is_same_v<Key, std::string>) {
    std::ostringstream text;
    text << parameter.unsafeGetTensorImpl();
    return text.str();
  } else {
    return static_cast<Key>(parameter.unsafeGetTensorImpl());
  }
}

/// LibTorch's optimiser of parameters as large as the parts of the weights.
class TorchAdam {
 public:
  explicit TorchAdam(const std::vector<std::vector<float>>& weights)
      : parameters_(parameters(weights)), adam_(parameters_) {}

  void take(const TrainingState& state) {
    if (state.steps_made == 0) return;
    for (std::size_t i = 0; i < parameters_.size(); ++i) {
      auto moments = std::make_unique<torch::optim::AdamParamState>();
      moments->step(state.steps_made);
      moments->exp_avg(tensor_of(state.moments.at(i).mean));
      moments->exp_avg_sq(tensor_of(state.moments.at(i).square));
      adam_.state()[key_of(adam_.state(), parameters_[i])] = std::move(moments);
    }
  }

  void give(TrainingState& state) {
    for (const torch::Tensor& parameter : parameters_) {
      const auto size = static_cast<std::size_t>(parameter.numel());
      const auto found = adam_.state().find(key_of(adam_.state(), parameter));
      if (found == adam_.state().end()) {
        state.moments.push_back({std::vector<float>(size), std::vector<float>(size)});
        continue;
      }
      auto& moments = static_cast<torch::optim::AdamParamState&>(*found->second);
      state.steps_made = moments.step();
      state.moments.push_back(
          {values_of<float>(moments.exp_avg()), values_of<float>(moments.exp_avg_sq())});
    }
  }

  void save(torch::serialize::OutputArchive& archive) const { adam_.save(archive); }
  void load(torch::serialize::InputArchive& archive) { adam_.load(archive); }

 private:
  static std::vector<torch::Tensor> parameters(const std::vector<std::vector<float>>& weights) {
    std::vector<torch::Tensor> all;
    for (const auto& part : weights) {
      all.push_back(torch::empty({static_cast<std::int64_t>(part.size())}));
    }
    return all;
  }

  std::vector<torch::Tensor> parameters_;
  torch::optim::Adam adam_;
};

}  // namespace

std::string encode(const TrainingState& state) {
  torch::serialize::OutputArchive archive;
  archive.write("position", tensor_of(std::vector<std::int64_t>{
                                state.epoch, state.step, state.samples,
                                static_cast<std::int64_t>(state.weights.size()),
                                static_cast<std::int64_t>(state.best_weights.size())}));
  archive.write("sums", tensor_of(state.sums));
  archive.write("stopping", tensor_of(state.stopping));
  archive.write("loss_history", tensor_of(state.loss_history));
  archive.write("seconds", tensor_of(std::vector<double>{state.seconds}));
  write_parts(archive, "weights", state.weights);
  write_parts(archive, "best_weights", state.best_weights);
  torch::serialize::OutputArchive moments;
  TorchAdam adam(state.weights);
  adam.take(state);
  adam.save(moments);
  archive.write("optimizer", moments);
  std::ostringstream bytes;
  archive.save_to(bytes);
  return bytes.str();
}

TrainingState decode(const std::string& bytes) {
  try {
    std::istringstream stream(bytes);
    torch::serialize::InputArchive archive;
    archive.load_from(stream, torch::kCPU);
    const auto position = values_of<std::int64_t>(archive, "position");
    TrainingState state;
    state.epoch = static_cast<int>(position.at(0));
    state.step = position.at(1);
    state.samples = position.at(2);
    state.sums = values_of<double>(archive, "sums");
    state.stopping = values_of<double>(archive, "stopping");
    state.loss_history = values_of<float>(archive, "loss_history");
    state.seconds = values_of<double>(archive, "seconds").at(0);
    state.weights = read_parts(archive, "weights", position.at(3));
    state.best_weights = read_parts(archive, "best_weights", position.at(4));
    torch::serialize::InputArchive moments;
    archive.read("optimizer", moments);
    TorchAdam adam(state.weights);
    adam.load(moments);
    adam.give(state);
    return state;
  } catch (const std::exception& error) {
    throw StateError(fmt::format("the kept state can't be read: {}", first_line(error)));
  }
}

}  // namespace clvae::train
