#include "core/paths.hpp"

#include <algorithm>
#include <cstdlib>
#include <pwd.h>
#include <unistd.h>

namespace clvae {

namespace {

/// \param user empty: of this process \return empty where there is none
std::string home_of(const std::string& user) {
  if (user.empty()) {
    const char* const home = std::getenv("HOME");
    if (home != nullptr && *home != '\0') return home;
  }
  const passwd* const entry = user.empty() ? getpwuid(getuid()) : getpwnam(user.c_str());
  return entry == nullptr ? "" : entry->pw_dir;
}

}  // namespace

std::string with_home(const std::string& path) {
  if (path.empty() || path.front() != '~') return path;
  const std::size_t end = std::min(path.find('/'), path.size());
  const std::string home = home_of(path.substr(1, end - 1));
  return home.empty() ? path : home + path.substr(end);
}

bool has_control_character(const std::string& text) {
  constexpr unsigned char kFirstPrintable = 0x20;
  constexpr unsigned char kDelete = 0x7f;
  return std::any_of(text.begin(), text.end(), [](char letter) {
    const auto code = static_cast<unsigned char>(letter);
    return code < kFirstPrintable || code == kDelete;
  });
}

}  // namespace clvae
