#include "core/digest.hpp"

#include <new>
#include <xxhash.h>

namespace clvae {

struct Digest::State {
  XXH3_state_t* state = XXH3_createState();
  State() {
    if (state == nullptr) throw std::bad_alloc();
    XXH3_128bits_reset(state);
  }
  ~State() { XXH3_freeState(state); }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
};

Digest::Digest() : state_(std::make_unique<State>()) {}
Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

Digest& Digest::add(const void* bytes, std::size_t count) {
  // The 64- and 128-bit variants share their running state (xxhash.h), so either can be asked for.
  XXH3_128bits_update(state_->state, bytes, count);
  return *this;
}

Digest& Digest::add(const std::string& text) {
  const std::uint64_t length = text.size();
  add(&length, sizeof length);
  return add(text.data(), text.size());
}

std::uint64_t Digest::value64() const { return XXH3_64bits_digest(state_->state); }

std::string Digest::hex128() const {
  const XXH128_hash_t hash = XXH3_128bits_digest(state_->state);
  XXH128_canonical_t canonical;
  XXH128_canonicalFromHash(&canonical, hash);
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const unsigned char byte : canonical.digest) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 15U];
  }
  return text;
}

}  // namespace clvae
