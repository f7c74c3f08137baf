#pragma once
/// \file
/// One file over HTTP, through libcurl.

#include <functional>
#include <string>

namespace clvae::fetch {

/// Appends what a URL has from the file's present end on, or all of it where the server can't go on
/// in the middle. \param progress of bytes so far and in all, 0 where that is not known
/// \return why it failed; empty where it did not. What came is kept. \throws IoError where the file
/// can't be written
std::string download(const std::string& url, const std::string& path,
                     const std::function<void(double bytes, double total)>& progress);

}  // namespace clvae::fetch
