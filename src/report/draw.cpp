#include "draw.hpp"

#include <filesystem>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "files.hpp"
#include "gnuplot.hpp"

namespace clvae::report {

std::vector<std::string> draw(const std::string& name, const std::string& script,
                              const std::string& folder) {
  // Absolute, as gnuplot takes names that start with '<' or '|' for commands.
  const std::string home = std::filesystem::absolute(folder.empty() ? "." : folder).string();
  const std::string script_path = fmt::format("{}/{}.gnuplot", home, name);
  write_file(script_path, script);
  const TemporaryFolder drawn(home);
  run_gnuplot(script_path, drawn.path());
  const std::vector<std::string> files{name + ".svg", name + ".png", name + ".pdf"};
  for (const std::string& file : files) {
    const std::string from = fmt::format("{}/{}", drawn.path(), file);
    std::error_code ignored;
    if (!std::filesystem::exists(from, ignored) || std::filesystem::is_empty(from, ignored)) {
      throw RunError(fmt::format("gnuplot made no {}, and gave no reason", file));
    }
  }
  std::vector<std::string> figures;
  for (const std::string& file : files) {
    figures.push_back((std::filesystem::path(folder) / file).string());
    move_file(fmt::format("{}/{}", drawn.path(), file), figures.back());
  }
  return figures;
}

}  // namespace clvae::report
