#pragma once
/// \file
/// Checksums (XXH3): fast enough to be taken of everything, not meant against forgery.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace clvae {

/// Running XXH3 checksum over pieces of memory.
class Digest {
 public:
  Digest();
  ~Digest();
  Digest(const Digest&) = delete;
  Digest& operator=(const Digest&) = delete;
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;

  Digest& add(const void* bytes, std::size_t count);
  /// Adds a string with its length, so that ("ab","c") and ("a","bc") differ.
  Digest& add(const std::string& text);

  /// XXH3, 64 bits, of all that was added so far.
  std::uint64_t value64() const;
  /// XXH3, 128 bits, as 32 hexadecimal digits.
  std::string hex128() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace clvae
