#include "shared_dataset.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

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

/// Rank 0's images on all ranks. Collective.
LabelledImages shared(const comm::Communicator& host, const LabelledImages& images) {
  const auto& shape = images.shape;
  const auto sizes = nlohmann::json::parse(
      host.broadcast(nlohmann::json{shape.channels, shape.height, shape.width}.dump()));
  LabelledImages all;
  all.shape = {sizes.at(0).get<int>(), sizes.at(1).get<int>(), sizes.at(2).get<int>()};
  all.labels = values_in<std::int32_t>(host.broadcast(bytes_of(images.labels)));
  all.pixels = values_in<std::uint8_t>(host.broadcast(bytes_of(images.pixels)));
  return all;
}

/// Rank 0's dataset on all ranks. Collective.
data::Dataset shared(const comm::Communicator& host, data::Dataset dataset) {
  if (host.size() == 1) return dataset;
  data::Dataset all;
  all.name = host.broadcast(dataset.name);
  all.fingerprint = host.broadcast(dataset.fingerprint);
  const nlohmann::json names(dataset.class_names);
  all.class_names = nlohmann::json::parse(
      host.broadcast(names.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)));
  all.train = shared(host, dataset.train);
  all.test = shared(host, dataset.test);
  return all;
}

/// The regular files of a folder, in order.
std::vector<files::path> regular_files(const std::string& folder) {
  std::vector<files::path> found;
  std::error_code failure;
  for (const auto& entry : files::directory_iterator(folder, failure)) {
    if (entry.is_regular_file()) found.push_back(entry.path());
  }
  if (failure) throw IoError(folder, "read the folder", failure.value(), ExitStatus::usage);
  std::sort(found.begin(), found.end());
  return found;
}

/// Tells one state of a folder from another.
std::string state_of(const std::string& folder, const std::vector<files::path>& members) {
  Digest digest;
  digest.add(files::absolute(folder).lexically_normal().string());
  for (const files::path& file : members) {
    const auto changed = files::last_write_time(file).time_since_epoch().count();
    digest.add(fmt::format("{} {} {}", file.filename().string(), files::file_size(file), changed));
  }
  return digest.hex128();
}

}  // namespace

std::string staged_folder(const std::string& folder, const std::string& stage) {
  try {
    const std::vector<files::path> members = regular_files(folder);
    files::path name = files::path(folder).lexically_normal();
    if (!name.has_filename()) name = name.parent_path();
    const files::path home = files::path(stage) / state_of(folder, members);
    const files::path copy = home / name.filename();
    if (files::exists(copy)) return copy.string();
    const files::path temporary = home / fmt::format("new-{}", getpid());
    files::create_directories(temporary);
    for (const files::path& file : members) {
      files::copy_file(file, temporary / file.filename(), files::copy_options::overwrite_existing);
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
    const std::string folder =
        wanted.stage.empty() ? wanted.path : staged_folder(wanted.path, wanted.stage);
    dataset = data::load(wanted.format, folder);
  });
  return shared(host, std::move(dataset));
}

}  // namespace clvae::jobs
