#include "core/random.hpp"

#include <cmath>

#include "core/digest.hpp"

namespace clvae {

namespace {

std::uint64_t split_mix(std::uint64_t& state) {
  state += 0x9e3779b97f4a7c15ULL;
  std::uint64_t mixed = state;
  mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebULL;
  return mixed ^ (mixed >> 31U);
}

constexpr std::uint64_t rotate_left(std::uint64_t value, unsigned bits) {
  return (value << bits) | (value >> (64U - bits));
}

}  // namespace

Seed derive_seed(Seed base, std::string_view purpose,
                 std::initializer_list<std::uint64_t> indices) {
  const std::uint64_t value = base.value();
  Digest digest;
  digest.add(&value, sizeof value).add(std::string(purpose));
  for (const std::uint64_t index : indices) digest.add(&index, sizeof index);
  return Seed(digest.value64());
}

RandomStream::RandomStream(Seed seed) : state_{} {
  std::uint64_t mixer = seed.value();
  for (auto& word : state_) word = split_mix(mixer);
}

RandomStream::result_type RandomStream::operator()() {
  const std::uint64_t result = rotate_left(state_[1] * 5U, 7U) * 9U;
  const std::uint64_t shifted = state_[1] << 17U;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= shifted;
  state_[3] = rotate_left(state_[3], 45U);
  return result;
}

double RandomStream::uniform() { return static_cast<double>((*this)() >> 11U) * 0x1.0p-53; }

std::uint64_t RandomStream::below(std::uint64_t bound) {
  // The rejected low words are those that would make some results one draw more likely.
  const std::uint64_t threshold = (0U - bound) % bound;
  for (;;) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>((*this)()) * bound;
    if (static_cast<std::uint64_t>(product) >= threshold) {
      return static_cast<std::uint64_t>(product >> 64U);
    }
  }
}

double RandomStream::normal() {
  for (;;) {
    const double x = 2.0 * uniform() - 1.0;
    const double y = 2.0 * uniform() - 1.0;
    const double radius = x * x + y * y;
    if (radius > 0.0 && radius < 1.0) return x * std::sqrt(-2.0 * std::log(radius) / radius);
  }
}

}  // namespace clvae
