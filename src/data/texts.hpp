#pragma once
/// \file
/// The one check of texts that come from outside: names of columns, categories, labels, classes.

#include <string>
#include <string_view>

namespace clvae::data {

/// Refuses what is no UTF-8, or holds a NUL: a run file could not keep it, and the same text would
/// not be found again. \param where a file or folder \param what "the name of column 3"
/// \throws DataError
void require_text(std::string_view text, const std::string& where, const std::string& what);

}  // namespace clvae::data
