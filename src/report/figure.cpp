#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "clvae/report/report.hpp"
#include "files.hpp"
#include "gnuplot.hpp"
#include "script.hpp"

namespace clvae::report {

std::vector<std::string> plot_figure3(const Reduction& reduction, const std::string& folder) {
  const auto has_rows = [](const Curve& curve) { return !curve.rows.empty(); };
  if (std::none_of(reduction.curves.begin(), reduction.curves.end(), has_rows)) {
    throw RunError("there is no curve to draw: no method has a member that took part");
  }
  // Absolute, as gnuplot takes names that start with '<' or '|' for commands.
  const std::string home = std::filesystem::absolute(folder.empty() ? "." : folder).string();
  const std::string script = home + "/figure3.gnuplot";
  write_file(script, figure3_script(reduction));
  const TemporaryFolder drawn(home);
  run_gnuplot(script, drawn.path());
  std::vector<std::string> figures;
  for (const char* name : {"figure3.svg", "figure3.png", "figure3.pdf"}) {
    const std::string from = fmt::format("{}/{}", drawn.path(), name);
    std::error_code ignored;
    if (!std::filesystem::exists(from, ignored) || std::filesystem::is_empty(from, ignored)) {
      throw RunError(fmt::format("gnuplot made no {}, and gave no reason", name));
    }
  }
  for (const char* name : {"figure3.svg", "figure3.png", "figure3.pdf"}) {
    figures.push_back((std::filesystem::path(folder) / name).string());
    move_file(fmt::format("{}/{}", drawn.path(), name), figures.back());
  }
  return figures;
}

}  // namespace clvae::report
