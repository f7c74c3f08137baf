#include "report/page.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "report/gnuplot.hpp"
#include "report/latex.hpp"

namespace clvae::report {

namespace {

constexpr std::array<Style, 7> kStyles{{{"#0072B2", 7, 0.8},
                                        {"#D55E00", 5, 0.7},
                                        {"#009E73", 9, 0.95},
                                        {"#CC79A7", 13, 1.0},
                                        {"#E69F00", 11, 0.95},
                                        {"#56B4E9", 15, 0.9},
                                        {"#000000", 6, 0.8}}};
constexpr std::array<const char*, 9> kClassColours{"#332288", "#CC6677", "#117733",
                                                   "#88CCEE", "#882255", "#DDCC77",
                                                   "#44AA99", "#AA4499", "#999933"};

}  // namespace

const Style& style_of(std::size_t index) { return kStyles[index % kStyles.size()]; }

std::size_t dash_of(std::size_t index) { return 1 + index / kStyles.size(); }

const char* class_colour(std::size_t index) { return kClassColours[index % kClassColours.size()]; }

std::size_t characters_within(double length, double character) {
  return static_cast<std::size_t>(std::max(1.0, length / character));
}

std::string Page::place(double from_left, double from_top) const {
  return fmt::format("screen {:.5f}, screen {:.5f}", from_left / width_, 1 - from_top / height_);
}

std::string Page::literal(const std::string& text, double size, bool bold) const {
  if (!is_latex_) return quoted(text);
  constexpr double kFootnoteSize = 8;
  std::string commands = bold ? "\\bfseries" : "";
  if (size < kFootnoteSize) {
    commands += "\\scriptsize";
  } else if (size < kTextSize) {
    commands += "\\footnotesize";
  }
  const std::string escaped = latex_text(text);
  // gnuplot takes a text that begins with a bracket for an order where to put it.
  if (commands.empty() && !escaped.empty() && escaped.front() == '[') commands = "\\relax";
  return quoted(commands.empty() ? escaped : commands + " " + escaped);
}

std::string Page::font(double size, bool bold) const {
  if (is_latex_) return "";
  return fmt::format("font {}',{}'", bold ? "bold . " : "", size);
}

std::string Page::number_format(const std::string& format) const {
  return is_latex_ ? "'\\footnotesize " + format + "'" : "'" + format + "'";
}

std::string Page::label(const std::string& text, double from_left, double from_top, double size,
                        const char* colour, const char* alignment) const {
  return fmt::format("set label {} at {} {} front {} textcolor rgb '{}'\n", literal(text, size),
                     place(from_left, from_top), alignment, font(size), colour);
}

std::string Page::upright_label(const std::string& text, const Box& beside, double away,
                                double size) const {
  return fmt::format("set label {} at {} center front rotate by 90\n", literal(text, size),
                     place(beside.left - away, beside.top + beside.height / 2));
}

std::string Page::margins(const Box& box) const {
  return fmt::format(
      "set lmargin at screen {:.5f}; set rmargin at screen {:.5f}\n"
      "set tmargin at screen {:.5f}; set bmargin at screen {:.5f}\n",
      box.left / width_, (box.left + box.width) / width_, 1 - box.top / height_,
      1 - (box.top + box.height) / height_);
}

std::string Page::script(const std::string& name, const std::string& purpose,
                         const std::string& data, const std::string& settings,
                         const std::string& panels) const {
  std::string comment =
      fmt::format("# {1}. Change what you like, then run: gnuplot {0}.gnuplot\n", name, purpose);
  comment +=
      is_latex_
          ? fmt::format(
                "# That writes {0}.tex and {0}.pdf into the current folder. A document with\n"
                "# \\usepackage{{graphicx,color}} takes the figure by \\input{{{0}}}; where it "
                "lies\n# elsewhere, with \\graphicspath{{{{FOLDER/}}}} before.\n\n",
                name)
          : fmt::format("# That writes {0}.svg, {0}.png and {0}.pdf into the current folder.\n\n",
                        name);
  return comment + data +
         "\nfolder = exists('ARG1') && strlen(ARG1) > 0 ? ARG1 : '.'\n"
         "set encoding utf8\n" +
         settings + (is_latex_ ? script_for_latex(name, panels) : script_for_files(name, panels)) +
         "unset output\n";
}

std::string Page::script_for_latex(const std::string& name, const std::string& panels) const {
  constexpr double kPointsPerInch = 72;
  // In the folder itself, so that the .tex names the .pdf without it.
  return fmt::format(
             "cd folder\n"
             "set terminal cairolatex pdf input colortext size {:.4f}in,{:.4f}in font ',10' "
             "linewidth 1.2\n"
             "set output '{}.tex'\n"
             "set multiplot\n",
             width_ / kPointsPerInch, height_ / kPointsPerInch, name) +
         panels + "unset multiplot\n";
}

std::string Page::script_for_files(const std::string& name, const std::string& panels) const {
  // Text is 10 points high where the page is printed 100 of its points to the inch.
  constexpr double kPointsPerInch = 100;
  constexpr double kPixelsPerPoint = 3;
  return fmt::format(
             "do for [format in 'svg png pdf'] {{\n"
             "if (format eq 'svg') {{ set terminal svg size {},{} font 'sans-serif,12' "
             "fontscale 1.16 linewidth 1.2 background rgb 'white' noenhanced }}\n"
             "if (format eq 'png') {{ set terminal pngcairo size {:.0f},{:.0f} font 'sans,12' "
             "fontscale 2.6 linewidth 3 pointscale 3 background rgb 'white' noenhanced }}\n"
             "if (format eq 'pdf') {{ set terminal pdfcairo size {}in,{}in font 'sans,12' "
             "fontscale 0.63 linewidth 1.5 noenhanced }}\n"
             "bold = format eq 'svg' ? 'sans-serif' : 'sans:Bold'  # the SVG has no bold\n"
             "set output folder . '/{}.' . format\n"
             "set multiplot\n",
             width_, height_, width_ * kPixelsPerPoint, height_ * kPixelsPerPoint,
             width_ / kPointsPerInch, height_ / kPointsPerInch, name) +
         panels +
         "unset multiplot\n"
         "}\n";
}

std::string quiet_axes() {
  return "set border 3 linewidth 0.8 linecolor rgb '#444444'\n"
         "set tics out nomirror scale 0.6 textcolor rgb '#222222'\n"
         "set grid ytics linetype 1 linewidth 0.6 linecolor rgb '#E4E4E4'\n";
}

}  // namespace clvae::report
