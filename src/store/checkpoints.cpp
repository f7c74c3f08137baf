#include "store/checkpoints.hpp"

#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/digest.hpp"
#include "store/disk.hpp"

namespace clvae::store {

namespace {

constexpr char kExtension[] = ".checkpoint";
constexpr char kMagic[] = "CLVAECP1";
constexpr std::size_t kMagicBytes = sizeof kMagic - 1;
constexpr std::size_t kDigestBytes = sizeof(std::uint64_t);

std::string bytes_of(std::uint64_t number) {
  std::string bytes(sizeof number, '\0');
  std::memcpy(bytes.data(), &number, sizeof number);
  return bytes;
}

std::uint64_t number_at(const std::string& bytes, std::size_t place) {
  std::uint64_t number = 0;
  std::memcpy(&number, bytes.data() + place, sizeof number);
  return number;
}

std::string read_whole(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return file ? bytes.str() : std::string();
}

/// What a checkpoint has to begin with, from its magic word to the length of the state.
std::string title_of(const std::string& identity, const Checkpoints::Key& key) {
  return fmt::format("{}\n{} {} {}\n", identity, name_of(key.kind), key.member.value(),
                     key.attempt.value());
}

/// The state in a file's bytes; `problem` says why there is none.
std::optional<std::string> state_in(const std::string& bytes, const std::string& title,
                                    std::string& problem) {
  constexpr std::size_t kHeader = kMagicBytes + sizeof(std::uint64_t);
  if (bytes.compare(0, kMagicBytes, kMagic) != 0 || bytes.size() < kHeader + kDigestBytes) {
    problem = "it is no checkpoint";
    return std::nullopt;
  }
  const std::size_t content = bytes.size() - kDigestBytes;
  if (Digest().add(bytes.data(), content).value64() != number_at(bytes, content)) {
    problem = "its checksum does not hold";
    return std::nullopt;
  }
  const std::uint64_t title_bytes = number_at(bytes, kMagicBytes);
  if (title_bytes > content - kHeader || bytes.substr(kHeader, title_bytes) != title) {
    problem = "it is of another run, attempt or version";
    return std::nullopt;
  }
  return bytes.substr(kHeader + title_bytes, content - kHeader - title_bytes);
}

}  // namespace

Checkpoints::Checkpoints(std::string folder, std::string identity)
    : folder_(std::move(folder)), identity_(std::move(identity)) {}

std::string Checkpoints::file_of(Kind kind, MemberIndex member) const {
  return fmt::format("{}/{}-{}{}", folder_, name_of(kind), member.value(), kExtension);
}

void Checkpoints::keep(const Key& key, const std::string& state) const {
  std::error_code failure;
  // Not the folders above: a run that was removed while its job works is not begun anew.
  std::filesystem::create_directory(folder_, failure);
  if (failure) throw IoError(folder_, "make the folder", failure.value());
  const std::string title = title_of(identity_, key);
  std::string bytes = kMagic + bytes_of(title.size()) + title + state;
  bytes += bytes_of(Digest().add(bytes.data(), bytes.size()).value64());
  const std::string path = file_of(key.kind, key.member);
  TemporaryFile temporary(path + ".new");
  const Descriptor descriptor(temporary.path(), O_WRONLY | O_CREAT | O_TRUNC);
  temporary.own();
  descriptor.write_at_start(bytes);
  descriptor.sync_all();
  temporary.replace(path);
}

std::optional<std::string> Checkpoints::find(
    const Key& key, const std::function<void(const std::string&)>& warn) const {
  const std::string path = file_of(key.kind, key.member);
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) return std::nullopt;
  std::string problem;
  auto state = state_in(read_whole(path), title_of(identity_, key), problem);
  if (!state) {
    warn(fmt::format("{}: {}; the member is trained from the start", path, problem));
  }
  return state;
}

void Checkpoints::remove(Kind kind, MemberIndex member) const noexcept {
  std::error_code ignored;
  std::filesystem::remove(file_of(kind, member), ignored);
}

void Checkpoints::remove_all() const noexcept {
  std::error_code ignored;
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder_, ignored)) {
    const std::string name = entry.path().filename().string();
    if (name.find(kExtension) != std::string::npos) files.push_back(entry.path());
  }
  for (const auto& file : files) std::filesystem::remove(file, ignored);
  std::filesystem::remove(folder_, ignored);  // which fails while anything is in it
}

}  // namespace clvae::store
