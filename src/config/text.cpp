#include "config/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "config/config.hpp"
#include "core/utf8.hpp"

namespace clvae::config {

namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 20;
constexpr const char* kReadable = "a readable file of at most 1 MiB";

bool is_forbidden_control(char letter) {
  const auto byte = static_cast<std::uint8_t>(letter);
  return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f;
}

}  // namespace

void check_characters(const std::string& text, const std::string& file) {
  const auto fault =
      text.begin() + static_cast<std::ptrdiff_t>(first_fault(text).value_or(text.size()));
  const auto found = std::find_if(text.begin(), fault, is_forbidden_control);
  if (found == text.end()) return;
  const int line = 1 + static_cast<int>(std::count(text.begin(), found, '\n'));
  const auto byte = static_cast<std::uint8_t>(*found);
  if (is_forbidden_control(*found)) {
    throw ConfigError({file, line, ""}, fmt::format("the control character {:#04x}", byte),
                      "UTF-8 text without control characters");
  }
  throw ConfigError({file, line, ""}, fmt::format("the byte {:#04x}, not UTF-8", byte),
                    "UTF-8 text");
}

std::string read_text(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) {
    throw ConfigError({path, 0, ""}, "a directory", kReadable);
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  if (!file) {
    const std::string reason = errno == ENOENT ? "no such file" : std::strerror(errno);
    throw ConfigError({path, 0, ""}, reason, kReadable);
  }
  // One byte more than allowed tells that there is more; devices and pipes have no size to ask for.
  std::string text(kLargestFile + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (file.bad()) throw ConfigError({path, 0, ""}, "an error while reading it", kReadable);
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (text.size() > kLargestFile) {
    throw ConfigError({path, 0, ""}, "more than 1 MiB", kReadable);
  }
  return text;
}

}  // namespace clvae::config
