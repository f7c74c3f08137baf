#include "core/utf8.hpp"

#include <cstdint>
#include <cstring>

#include <fmt/format.h>

namespace clvae {

namespace {

constexpr std::size_t kWord = sizeof(std::uint64_t);

/// Whether eight bytes are ASCII without NUL, as most bytes of most texts are.
bool is_plain(const char* bytes) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, kWord);
  const std::uint64_t zeros = (word - kOnes) & ~word;
  return ((word | zeros) & kHighBits) == 0;
}

/// The bytes of the character that the first byte begins, at least two; 0 where it begins none.
std::size_t length_of(std::uint8_t first) {
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  return first >= 0xf0 && first <= 0xf4 ? 4 : 0;
}

/// Whether the second byte of a character may follow its first: no overlong form, no half of a
/// surrogate, nothing beyond U+10FFFF.
bool may_follow(std::uint8_t first, std::uint8_t second) {
  const std::uint8_t lowest = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const std::uint8_t highest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  return second >= lowest && second <= highest;
}

/// The bytes of the character at the front; 0 where there is none, or NUL.
std::size_t character_at(std::string_view bytes) {
  const auto byte = [bytes](std::size_t place) { return static_cast<std::uint8_t>(bytes[place]); };
  if (byte(0) < 0x80) return byte(0) == 0 ? 0 : 1;
  const std::size_t length = length_of(byte(0));
  if (length == 0 || bytes.size() < length || !may_follow(byte(0), byte(1))) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xc0U) != 0x80) return 0;
  }
  return length;
}

}  // namespace

std::optional<std::size_t> first_fault(std::string_view bytes) {
  std::size_t place = 0;
  while (place < bytes.size()) {
    if (bytes.size() - place >= kWord && is_plain(bytes.data() + place)) {
      place += kWord;
      continue;
    }
    const std::size_t length = character_at(bytes.substr(place));
    if (length == 0) return place;
    place += length;
  }
  return std::nullopt;
}

std::string escaped(std::string_view bytes) {
  std::string text;
  while (const auto fault = first_fault(bytes)) {
    text += bytes.substr(0, *fault);
    text += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(bytes[*fault]));
    bytes.remove_prefix(*fault + 1);
  }
  text += bytes;
  return text;
}

}  // namespace clvae
