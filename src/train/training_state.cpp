#include "train/training_state.hpp"

#include <sstream>

#include <fmt/format.h>
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
std::vector<Value> values_of(torch::serialize::InputArchive& archive, const std::string& name) {
  torch::Tensor tensor;
  archive.read(name, tensor);
  tensor = tensor.to(torch::kCPU).contiguous();
  const Value* begin = tensor.data_ptr<Value>();
  return {begin, begin + tensor.numel()};
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

}  // namespace

std::string encode(const TrainingState& state, const torch::optim::Adam& optimizer) {
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
  optimizer.save(moments);
  archive.write("optimizer", moments);
  std::ostringstream bytes;
  archive.save_to(bytes);
  return bytes.str();
}

TrainingState decode(const std::string& bytes, torch::Device device,
                     torch::optim::Adam& optimizer) {
  try {
    std::istringstream stream(bytes);
    torch::serialize::InputArchive archive;
    archive.load_from(stream, device);
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
    optimizer.load(moments);
    return state;
  } catch (const std::exception& error) {
    throw StateError(fmt::format("the kept state can't be read: {}", first_line(error)));
  }
}

}  // namespace clvae::train
