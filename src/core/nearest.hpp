#pragma once
/// \file
/// The known word that a mistyped one was probably meant to be.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace clvae {

/// The candidate with the smallest edit distance (insert, delete, replace, swap neighbours) to
/// `word`, unless even that is more than a third of the word away.
std::optional<std::string> nearest_word(std::string_view word,
                                        const std::vector<std::string>& candidates);

/// The words, separated by ", ".
std::string joined(const std::vector<std::string>& words);

/// The words as a choice: "a, b or c".
std::string alternatives(const std::vector<std::string>& words);

}  // namespace clvae
