#include "report/terminal.hpp"

#include "report/text.hpp"

namespace clvae::report {

std::string in_lines(const std::string& text, const std::string& indent) {
  constexpr std::size_t kWidth = 96;
  std::string lines;
  for (const std::string& line : wrapped(text, kWidth - indent.size())) {
    lines += (lines.empty() ? "" : indent) + line + "\n";
  }
  return lines;
}

std::string padded(const std::string& text, std::size_t width) {
  // fmt counts columns, which differ from characters for some scripts; so do terminals.
  const std::size_t taken = characters_in(text);
  return taken < width ? text + std::string(width - taken, ' ') : text;
}

std::string without_trailing_spaces(const std::string& line) {
  return line.substr(0, line.find_last_not_of(' ') + 1);
}

}  // namespace clvae::report
