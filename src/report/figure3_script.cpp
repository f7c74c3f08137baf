#include "report/figure3_script.hpp"

#include <filesystem>
#include <set>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "report/figure3_text.hpp"
#include "report/files.hpp"
#include "report/text.hpp"

namespace clvae::report {

namespace {

/// As a string of Python's, which JSON's are too.
std::string python_string(const std::string& text) {
  return nlohmann::json(printable(text)).dump(-1, ' ', true);
}

/// The titles of the curves by method and score.
std::string python_names(const Reduction& reduction) {
  std::set<std::pair<std::string, std::string>> known;
  std::string names;
  for (const Curve& curve : reduction.curves) {
    if (!known.insert({curve.method, curve.score}).second) continue;
    names += fmt::format("    ({}, {}): {},\n", python_string(curve.method),
                         python_string(curve.score), python_string(curve.title));
  }
  return "NAMES = {\n" + names + "}";
}

}  // namespace

void write_figure3_script(const Reduction& reduction, const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) return;
  constexpr std::string_view kNoNames = "NAMES = {}";
  std::string script = kFigure3Text;
  script.replace(script.find(kNoNames), kNoNames.size(), python_names(reduction));
  write_file(path, script);
}

}  // namespace clvae::report
