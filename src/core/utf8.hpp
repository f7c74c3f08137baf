#pragma once
/// \file
/// Whether bytes from outside are text that a file may hold: UTF-8 without NUL.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace clvae {

/// The place of the first byte that belongs to no character of UTF-8, or is NUL; nothing where all
/// is text. Overlong forms, halves of surrogates and what is beyond Unicode are no characters.
std::optional<std::size_t> first_fault(std::string_view bytes);

/// The same text, with each byte that belongs to no character written as \xe9: what stands for a
/// name that is no UTF-8 where UTF-8 is promised. Text stays as it is.
std::string escaped(std::string_view bytes);

}  // namespace clvae
