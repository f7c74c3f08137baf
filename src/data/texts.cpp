#include "data/texts.hpp"

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "core/utf8.hpp"

namespace clvae::data {

void require_text(std::string_view text, const std::string& where, const std::string& what) {
  const auto fault = first_fault(text);
  if (!fault) return;
  const bool is_nul = text[*fault] == '\0';
  constexpr std::size_t kMostShown = 60;
  throw DataError(where,
                  fmt::format("{}, \"{}\", which {}", what, escaped(text.substr(0, kMostShown)),
                              is_nul ? "holds a NUL" : "is not UTF-8; Windows-1252?"),
                  is_nul ? "text without it"
                         : "UTF-8: iconv -f WINDOWS-1252 -t UTF-8 converts a file, convmv names");
}

}  // namespace clvae::data
