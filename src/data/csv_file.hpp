#pragma once
/// \file
/// The records of a CSV file (RFC 4180), through libcsv.

#include <functional>
#include <string>
#include <vector>

namespace clvae::data {

/// Calls `take` with one record after the other, blank lines left out; blanks around a field that
/// is not quoted don't count. Whatever it throws ends the reading.
/// \throws DataError where the file can't be read, or quotes stand where none may
void for_each_record(const std::string& path,
                     const std::function<void(const std::vector<std::string>&)>& take);

}  // namespace clvae::data
