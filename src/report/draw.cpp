#include "report/draw.hpp"

#include <array>
#include <cstddef>
#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "report/files.hpp"
#include "report/gnuplot.hpp"

namespace clvae::report {

namespace {

/// How files of a format end, whatever they hold: cut off, they are still files.
struct Format {
  const char* extension;
  const char* end;
};
constexpr std::array<Format, 3> kFormats{{{".svg", "</svg>"}, {".png", "IEND"}, {".pdf", "%%EOF"}}};
constexpr std::array<Format, 2> kLatexFormats{{{".tex", "\\endgroup"}, {".pdf", "%%EOF"}}};

bool ends_with(const std::string& path, const std::string& end) {
  constexpr std::streamoff kMostAfter = 16;  // checksum or line ends
  const auto most = static_cast<std::streamoff>(end.size()) + kMostAfter;
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const auto size = static_cast<std::streamoff>(file.tellg());
  if (!file || size < most) return false;
  std::string last(static_cast<std::size_t>(most), '\0');
  file.seekg(-most, std::ios::end).read(last.data(), most);
  return file && last.find(end) != std::string::npos;
}

/// Says why a figure is missing or cut off: gnuplot does not notice that a disk is full.
/// \param folder that it was to be in
[[noreturn]] void fail(const std::string& name, const std::string& folder) {
  constexpr std::size_t kTrialBytes = std::size_t{1} << 20U;
  try {
    write_file(folder + "/trial", std::string(kTrialBytes, ' '));
  } catch (const IoError& error) {
    throw IoError(name, "draw the figure", error.error_number());
  }
  throw RunError(fmt::format("gnuplot made no whole {}, and gave no reason", name));
}

/// Writes the script into the folder, runs it, and takes over what it makes in these formats.
template <std::size_t Count>
std::vector<std::string> draw_as(const std::array<Format, Count>& formats, const std::string& name,
                                 const std::string& script, const std::string& folder) {
  // Absolute, as gnuplot takes names that start with '<' or '|' for commands.
  const std::string home = std::filesystem::absolute(folder.empty() ? "." : folder).string();
  const std::string script_path = fmt::format("{}/{}.gnuplot", home, name);
  write_file(script_path, script);
  const TemporaryFolder drawn(home);
  run_gnuplot(script_path, drawn.path());
  std::vector<std::string> figures;
  for (const Format& format : formats) {
    figures.push_back((std::filesystem::path(folder) / (name + format.extension)).string());
    const std::string made = fmt::format("{}/{}{}", drawn.path(), name, format.extension);
    if (!ends_with(made, format.end)) fail(figures.back(), drawn.path());
  }
  for (std::size_t i = 0; i < Count; ++i) {
    move_file(fmt::format("{}/{}{}", drawn.path(), name, formats[i].extension), figures[i]);
  }
  return figures;
}

}  // namespace

std::vector<std::string> draw(const std::string& name, const std::string& script,
                              const std::string& folder) {
  return draw_as(kFormats, name, script, folder);
}

std::vector<std::string> draw_for_all(
    const std::string& name, const std::string& folder, std::optional<double> latex_width,
    const std::function<std::string(const Medium&, const std::string&)>& script_for) {
  std::vector<std::string> files = draw(name, script_for(Medium::files(), name), folder);
  if (!latex_width) return files;
  const std::string latex_name = name + "_latex";
  const std::vector<std::string> more = draw_as(
      kLatexFormats, latex_name, script_for(Medium::latex(*latex_width), latex_name), folder);
  files.insert(files.end(), more.begin(), more.end());
  return files;
}

}  // namespace clvae::report
