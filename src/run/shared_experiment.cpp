#include "run/shared_experiment.hpp"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "clvae/core/errors.hpp"
#include "comm/shared_memory.hpp"
#include "core/console.hpp"
#include "core/nearest.hpp"
#include "data/formats/table.hpp"
#include "run/checkpointing.hpp"
#include "run/dataset.hpp"
#include "run/experiment.hpp"
#include "run/host_memory.hpp"

namespace clvae::run {

namespace {

template <class Value>
std::vector<Value> broadcast(const comm::Communicator& host, const std::vector<Value>& values) {
  const auto* const begin = reinterpret_cast<const char*>(values.data());
  const std::string bytes = host.broadcast({begin, values.size() * sizeof(Value)});
  std::vector<Value> received(bytes.size() / sizeof(Value));
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(received.data()));
  return received;
}

/// What of a dataset is small, but for the labels.
nlohmann::json description_of(const data::Dataset& dataset) {
  nlohmann::json columns = nlohmann::json::array();
  for (const data::Column& column : dataset.columns) {
    columns.push_back({column.name, column.categories});
  }
  const data::ImageShape& shape = dataset.train.shape;  // that of the test split is the same
  return {{"name", dataset.name},
          {"fingerprint", dataset.fingerprint},
          {"class_names", dataset.class_names},
          {"precision", dataset.precision},
          {"warnings", dataset.warnings},
          {"columns", columns},
          {"validation", dataset.validation},
          {"warnings", dataset.warnings},
          {"value_type", dataset.value_type},
          {"shape", {shape.channels, shape.height, shape.width}},
          {"is_image", shape.is_image()}};
}

data::Dataset described(const nlohmann::json& description) {
  data::Dataset dataset;
  dataset.name = description.at("name");
  dataset.fingerprint = description.at("fingerprint");
  dataset.class_names = description.at("class_names").get<std::vector<std::string>>();
  dataset.precision = description.at("precision").get<FeaturePrecision>();
  dataset.warnings = description.at("warnings").get<std::vector<std::string>>();
  for (const auto& column : description.at("columns")) {
    dataset.columns.push_back({column.at(0), column.at(1)});
  }
  dataset.value_type = description.at("value_type").get<ValueType>();
  dataset.validation = description.at("validation");
  dataset.warnings = description.at("warnings").get<std::vector<std::string>>();
  const auto& sizes = description.at("shape");
  dataset.train.shape = {sizes.at(0), sizes.at(1), sizes.at(2),
                         !description.at("is_image").get<bool>()};
  dataset.test.shape = dataset.train.shape;
  return dataset;
}

/// Rank 0's dataset without the samples' values, on all ranks. Collective.
data::Dataset outline_of(const comm::Communicator& host, const data::Dataset& dataset) {
  // In CBOR, which takes names in any encoding.
  data::Dataset outline = described(
      nlohmann::json::from_cbor(broadcast(host, nlohmann::json::to_cbor(description_of(dataset)))));
  outline.train.labels = broadcast(host, dataset.train.labels);
  outline.test.labels = broadcast(host, dataset.test.labels);
  return outline;
}

/// Memory for the values of an experiment.
struct Memory {
  gsl::span<std::byte> bytes;
  std::shared_ptr<const void> owner;
  std::shared_ptr<comm::SharedMemory> window;  ///< the same owner, where a host's ranks share it
};

Memory own_memory(std::size_t bytes) {
  const auto memory = std::make_shared<std::vector<std::byte>>(bytes);
  return {*memory, memory, nullptr};
}

/// Memory of the host, or nothing, of which one rank warns. Collective.
Memory shared_memory(const comm::Communicator& host, std::size_t bytes) {
  try {
    const auto memory = std::make_shared<comm::SharedMemory>(host, bytes);
    return {memory->bytes(), memory, memory};
  } catch (const RunError& error) {
    if (host.is_root()) {
      warn_on_this_rank(
          fmt::format("the {} ranks of a host hold a copy of the samples each, as they can't share "
                      "one: {}",
                      host.size(), error.what()));
    }
    return {};
  }
}

/// Rank 0's standardisation, on all ranks. Collective.
void share(const comm::Communicator& host, data::Standardisation& by) {
  by.means = broadcast(host, by.means);
  by.deviations = broadcast(host, by.deviations);
  by.precision = broadcast(host, std::vector<FeaturePrecision>{by.precision}).front();
}

/// \param copies that this host is to hold
void require_memory(const config::Dataset& wanted, std::size_t bytes, std::size_t copies) {
  const std::size_t available = available_memory();
  if (bytes <= available / copies) return;
  throw DataError(wanted.path,
                  fmt::format("{} of samples{}", format_bytes(static_cast<double>(bytes)),
                              copies == 1 ? "" : fmt::format(", {} times", copies)),
                  fmt::format("at most the {} of memory that this host has left; in format {} "
                              "dataset.memory: blocks reads them part by part",
                              format_bytes(static_cast<double>(available)),
                              alternatives(data::formats_with(data::kBlocks))));
}

/// Puts the samples' values into memory, once a host. Collective.
/// \param dataset of the host's first rank, which lets go of it
void hold_values(const comm::Communicator& world, const comm::Communicator& host,
                 const config::Dataset& wanted, data::Dataset& dataset,
                 data::Experiment& experiment) {
  const std::size_t bytes = data::memory_needed(experiment);
  comm::together(world, [&] {
    if (!host.is_root()) return;
    require_memory(wanted, bytes + data::memory_for_copying(dataset, experiment), 1);
  });
  Memory memory;
  if (host.size() > 1) memory = shared_memory(host, bytes);
  const std::size_t copies = memory.window ? 1 : static_cast<std::size_t>(host.size());
  try {
    comm::together(world, [&] {
      if (host.is_root() && copies > 1) require_memory(wanted, bytes, copies);
    });
    comm::together(world, [&] {
      if (!memory.window) memory = own_memory(bytes);
      if (host.is_root()) data::copy_values(dataset, experiment, memory.bytes);
      dataset = {};
    });
  } catch (const comm::SharedError&) {
    memory = {};  // all ranks are here, as giving back a window takes
    throw;
  }
  share(host, experiment.standardisation);
  if (memory.window) {
    memory.window->synchronise();
  } else {
    host.broadcast(memory.bytes);
  }
  data::place_values(experiment, memory.bytes, memory.owner);
}

/// Lets every rank read the samples' values for itself. Collective.
/// \param dataset of the host's first rank, which has looked at all values
void stream_values(const comm::Communicator& world, const comm::Communicator& host,
                   const config::Dataset& wanted, FeaturePrecision precision,
                   const std::string& path, data::Dataset& dataset, data::Experiment& experiment) {
  comm::together(world, [&] {
    if (!host.is_root()) {
      dataset = read_dataset(wanted, precision, path, experiment.fingerprint);
    }
    if (host.is_root()) {
      experiment.standardisation = data::standardisation_of(dataset, experiment);
    }
  });
  share(host, experiment.standardisation);
  data::stream_values(dataset, experiment);
}

}  // namespace

data::Experiment agreed_experiment(const comm::Communicator& world, const config::Config& config,
                                   FeaturePrecision precision) {
  const comm::Communicator host = world.on_this_host();
  const config::Dataset& wanted = config.dataset;
  std::string path = wanted.path;
  data::Dataset dataset;  // of the host's first rank
  comm::together(world, [&] {
    if (!host.is_root()) return;
    if (!wanted.stage.empty()) path = staged_path(wanted.path, wanted.stage);
    dataset = read_dataset(wanted, precision, path);
  });
  path = host.broadcast(path);
  const data::Dataset outline = outline_of(host, dataset);
  const std::string first = world.broadcast(outline.fingerprint);
  data::Experiment experiment;
  comm::together(world, [&] {
    if (outline.fingerprint != first) {
      throw DataError(wanted.path, "other samples on this host than on the first",
                      "the same data on all hosts");
    }
    experiment = experiment_on(outline, config);
  });
  if (reads_blocks(config)) {
    stream_values(world, host, wanted, precision, path, dataset, experiment);
  } else {
    hold_values(world, host, wanted, dataset, experiment);
  }
  return experiment;
}

}  // namespace clvae::run
