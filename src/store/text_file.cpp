#include "store/text_file.hpp"

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "store/disk.hpp"

namespace clvae::store {

void write_file(const std::string& path, const std::string& content) {
  const std::string temporary_path = fmt::format("{}.{}.new", path, getpid());
  unlink(temporary_path.c_str());  // what a kill left
  const Descriptor descriptor(temporary_path, O_WRONLY | O_CREAT | O_EXCL);
  TemporaryFile temporary(temporary_path);
  temporary.own();
  descriptor.write_at_start(content);
  descriptor.sync_all();
  temporary.replace(path);
}

std::optional<std::string> read_text_file(const std::string& path) {
  constexpr std::size_t kMostBytes = std::size_t{1} << 20U;
  try {
    return Descriptor(path, O_RDONLY).read_from_start(kMostBytes);
  } catch (const IoError& error) {
    if (error.error_number() == ENOENT) return std::nullopt;
    throw;
  }
}

void remove_file(const std::string& path) {
  if (unlink(path.c_str()) != 0) {
    if (errno == ENOENT) return;
    throw IoError(path, "remove the file", errno);
  }
  sync_folder_of(path);
}

}  // namespace clvae::store
