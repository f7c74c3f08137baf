#include "config/text.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "config/config.hpp"

namespace clvae::config {

namespace {

constexpr std::size_t kLargestFile = std::size_t{1} << 20;
constexpr const char* kReadable = "a readable file of at most 1 MiB";

/// Bytes of the UTF-8 character that begins at `begin`; 0 where there is none. Table 3-7 of the
/// Unicode standard: no overlong forms, no surrogates, nothing beyond U+10FFFF.
std::size_t character_length(const std::string& text, std::size_t begin) {
  const auto byte = [&](std::size_t offset) {
    const std::size_t at = begin + offset;
    return at < text.size() ? static_cast<std::uint8_t>(text[at]) : std::uint8_t{0};
  };
  const auto in = [](std::uint8_t value, int low, int high) {
    return value >= low && value <= high;
  };
  const std::uint8_t first = byte(0);
  if (first < 0x80) return 1;
  if (in(first, 0xc2, 0xdf)) return in(byte(1), 0x80, 0xbf) ? 2 : 0;
  if (in(first, 0xe0, 0xef)) {
    const int low = first == 0xe0 ? 0xa0 : 0x80;
    const int high = first == 0xed ? 0x9f : 0xbf;
    return in(byte(1), low, high) && in(byte(2), 0x80, 0xbf) ? 3 : 0;
  }
  if (in(first, 0xf0, 0xf4)) {
    const int low = first == 0xf0 ? 0x90 : 0x80;
    const int high = first == 0xf4 ? 0x8f : 0xbf;
    const bool rest = in(byte(2), 0x80, 0xbf) && in(byte(3), 0x80, 0xbf);
    return in(byte(1), low, high) && rest ? 4 : 0;
  }
  return 0;
}

bool is_forbidden_control(std::uint8_t byte) {
  return (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r') || byte == 0x7f;
}

}  // namespace

void check_characters(const std::string& text, const std::string& file) {
  int line = 1;
  for (std::size_t begin = 0; begin < text.size();) {
    const auto byte = static_cast<std::uint8_t>(text[begin]);
    if (is_forbidden_control(byte)) {
      throw ConfigError({file, line, ""}, fmt::format("the control character {:#04x}", byte),
                        "UTF-8 text without control characters");
    }
    const std::size_t length = character_length(text, begin);
    if (length == 0) {
      throw ConfigError({file, line, ""}, fmt::format("the byte {:#04x}, not UTF-8", byte),
                        "UTF-8 text");
    }
    if (byte == '\n') ++line;
    begin += length;
  }
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
