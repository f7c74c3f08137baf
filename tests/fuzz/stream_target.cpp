// A stream of samples: lines of JSON or raw IDX, fed in pieces; for images, features and a table.
#include <algorithm>

#include "clvae/core/errors.hpp"
#include "fuzz/target.hpp"
#include "score/stream.hpp"

namespace clvae::fuzz {
namespace {

void read_items(const data::SampleForm& form, const char* bytes, std::size_t size) {
  constexpr std::size_t kPiece = 61;
  score::StreamReader reader(form);
  const auto take_all = [&] {
    while (const auto item = reader.next()) {
      if (!item->error.empty()) score::error_line(*item);
    }
  };
  try {
    for (std::size_t begin = 0; begin < size; begin += kPiece) {
      reader.feed({bytes + begin, std::min(kPiece, size - begin)});
      take_all();
    }
    reader.end();
    take_all();
  } catch (const Error&) {
  }
}

void read_stream(const std::uint8_t* data, std::size_t size) {
  const auto* const bytes = reinterpret_cast<const char*>(data);
  data::SampleForm form;
  form.shape = {1, 2, 2};
  read_items(form, bytes, size);
  form.are_bytes = false;
  read_items(form, bytes, size);
  form.shape = {3, 1, 1, true};
  read_items(form, bytes, size);
  form.columns = {{"size", {}}, {"colour", {"blue", "red"}}};
  read_items(form, bytes, size);
}

}  // namespace
}  // namespace clvae::fuzz

CLVAE_FUZZ_TARGET(clvae::fuzz::read_stream)
