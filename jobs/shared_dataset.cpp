#include "shared_dataset.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "array_dataset.hpp"
#include "clvae/core/digest.hpp"
#include "clvae/core/errors.hpp"

namespace clvae::jobs {

namespace {

namespace files = std::filesystem;
using data::LabelledImages;

template <class Value>
std::string bytes_of(const std::vector<Value>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value)};
}

template <class Value>
std::vector<Value> values_in(const std::string& bytes) {
  std::vector<Value> values(bytes.size() / sizeof(Value));
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(values.data()));
  return values;
}

/// What of a dataset is small.
nlohmann::json description_of(const data::Dataset& dataset) {
  nlohmann::json columns = nlohmann::json::array();
  for (const data::Column& column : dataset.columns) {
    columns.push_back({column.name, column.categories});
  }
  const data::ImageShape& shape = dataset.train.shape;  // that of the test split is the same
  return {{"name", dataset.name},
          {"fingerprint", dataset.fingerprint},
          {"class_names", dataset.class_names},
          {"columns", columns},
          {"shape", {shape.channels, shape.height, shape.width}},
          {"is_vector", shape.is_vector}};
}

data::Dataset described(const nlohmann::json& description) {
  data::Dataset dataset;
  dataset.name = description.at("name");
  dataset.fingerprint = description.at("fingerprint");
  dataset.class_names = description.at("class_names").get<std::vector<std::string>>();
  for (const auto& column : description.at("columns")) {
    dataset.columns.push_back({column.at(0), column.at(1)});
  }
  const auto& sizes = description.at("shape");
  dataset.train.shape = {sizes.at(0), sizes.at(1), sizes.at(2), description.at("is_vector")};
  dataset.test.shape = dataset.train.shape;
  return dataset;
}

/// Rank 0's samples on all ranks. Collective.
void share(const comm::Communicator& host, const LabelledImages& from, LabelledImages& to) {
  to.labels = values_in<std::int32_t>(host.broadcast(bytes_of(from.labels)));
  to.pixels = values_in<std::uint8_t>(host.broadcast(bytes_of(from.pixels)));
  to.values = values_in<float>(host.broadcast(bytes_of(from.values)));
}

/// Rank 0's dataset on all ranks. Collective.
data::Dataset shared(const comm::Communicator& host, data::Dataset dataset) {
  if (host.size() == 1) return dataset;
  data::Dataset all = described(nlohmann::json::parse(host.broadcast(
      description_of(dataset).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace))));
  share(host, dataset.train, all.train);
  share(host, dataset.test, all.test);
  return all;
}

/// The files that a dataset consists of, in order; of a folder all that are below it.
std::vector<files::path> files_of(const files::path& path) {
  if (files::is_regular_file(path)) return {path};
  std::vector<files::path> found;
  for (const auto& entry : files::recursive_directory_iterator(path)) {
    if (entry.is_regular_file()) found.push_back(entry.path());
  }
  std::sort(found.begin(), found.end());
  return found;
}

/// Tells one state of a dataset from another.
std::string state_of(const files::path& path, const std::vector<files::path>& members) {
  Digest digest;
  digest.add(path.string());
  for (const files::path& file : members) {
    const auto changed = files::last_write_time(file).time_since_epoch().count();
    digest.add(fmt::format("{} {} {}", file.lexically_relative(path).string(),
                           files::file_size(file), changed));
  }
  return digest.hex128();
}

}  // namespace

data::Axes axes_of(const std::string& word) {
  if (word == "channels_first") return data::Axes::channels_first;
  return word == "channels_last" ? data::Axes::channels_last : data::Axes::automatic;
}

data::Dataset read_dataset(const config::Dataset& wanted) {
  data::Source source;
  source.format = wanted.format;
  source.path = wanted.path;
  source.image = {wanted.image.colour == "grey" ? 1 : 3, wanted.image.height, wanted.image.width};
  source.axes = axes_of(wanted.axes);
  source.test_fraction = wanted.test_fraction;
  source.label_column = wanted.csv.label;
  source.categorical = wanted.csv.categorical;
  return source.format == "hdf5" ? load_hdf5(source) : data::load(source);
}

std::string staged_path(const std::string& path, const std::string& stage) {
  try {
    files::path original = files::absolute(path).lexically_normal();
    if (!original.has_filename()) original = original.parent_path();
    if (!files::exists(original)) throw DataError(path, "no such file or folder", "the data");
    const std::vector<files::path> members = files_of(original);
    const files::path home = files::path(stage) / state_of(original, members);
    const files::path copy = home / original.filename();
    if (files::exists(copy)) return copy.string();
    const files::path temporary = home / fmt::format("new-{}", getpid());
    for (const files::path& file : members) {
      const files::path relative = file.lexically_relative(original);
      const files::path to = relative == "." ? temporary : temporary / relative;
      files::create_directories(to.parent_path());
      files::copy_file(file, to, files::copy_options::overwrite_existing);
    }
    std::error_code taken;
    files::rename(temporary, copy, taken);
    if (taken) files::remove_all(temporary);  // another job was faster
    if (!files::exists(copy)) throw IoError(copy.string(), "make the copy", taken.value());
    return copy.string();
  } catch (const files::filesystem_error& error) {
    throw IoError(error.path2().empty() ? error.path1().string() : error.path2().string(),
                  "copy the dataset to dataset.stage", error.code().value());
  }
}

data::Dataset agreed_dataset(const comm::Communicator& world, const config::Dataset& wanted) {
  const comm::Communicator host = world.on_this_host();
  data::Dataset dataset;
  comm::together(world, [&] {
    if (!host.is_root()) return;
    config::Dataset own = wanted;
    if (!wanted.stage.empty()) own.path = staged_path(wanted.path, wanted.stage);
    dataset = read_dataset(own);
  });
  return shared(host, std::move(dataset));
}

}  // namespace clvae::jobs
