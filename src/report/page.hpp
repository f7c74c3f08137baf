#pragma once
/// \file
/// What all figures share: colours, where things stand on the page, and the three formats.

#include <cstddef>
#include <string>

namespace clvae::report {

/// The looks of one curve.
struct Style {
  const char* colour;
  int point_type;
  double point_size;
};

/// Seven looks that readers with any colour vision can tell apart (Okabe and Ito 2008; their yellow
/// left out, too pale for a line), then the same again, to be dashed by `dash_of`.
const Style& style_of(std::size_t index);
std::size_t dash_of(std::size_t index);

/// Nine colours for clouds of points of as many classes, muted so that none stands out (Paul Tol's
/// set for any colour vision), then the same again.
const char* class_colour(std::size_t index);

constexpr const char* kInk = "#000000";
constexpr const char* kQuietInk = "#444444";
constexpr double kTitleSize = 14;
constexpr double kTextSize = 10;

/// A rectangle in points from the page's upper left corner.
struct Box {
  double left = 0;
  double top = 0;
  double width = 0;
  double height = 0;
};

/// What a figure is drawn for.
class Medium {
 public:
  /// Files of their own (SVG, PNG, PDF): as wide as what they show, with headings.
  static Medium files() { return Medium(0); }
  /// A LaTeX document with a column of this width, in points of 1/72 inch. LaTeX sets all texts in
  /// the document's own font, which is taken to be 10 points high. What headings say is left to the
  /// caption.
  static Medium latex(double width) { return Medium(width); }

  bool is_latex() const { return width_ > 0; }
  double width() const { return width_; }

 private:
  explicit Medium(double width) : width_(width) {}

  double width_;
};

/// How wide an average character is, in points, in LaTeX's \\footnotesize and in its usual size.
constexpr double kSmallCharacterInLatex = 4.0;
constexpr double kCharacterInLatex = 4.8;

/// How many characters of a width have room in a length; at least one.
std::size_t characters_within(double length, double character);

/// One figure on a page measured in points; text is as large in all figures and formats.
class Page {
 public:
  Page(double width, double height, bool is_latex = false)
      : width_(width), height_(height), is_latex_(is_latex) {}

  double width() const { return width_; }
  double height() const { return height_; }
  bool is_latex() const { return is_latex_; }

  /// The text as a string of gnuplot's: for LaTeX with its special characters escaped, and with a
  /// command for the size where it is below that of the text.
  std::string literal(const std::string& text, double size = kTextSize, bool bold = false) const;
  /// "font ',9'", or nothing for LaTeX, where the literal holds the size.
  std::string font(double size, bool bold = false) const;
  /// A format for numbers at an axis, as a string of gnuplot's.
  std::string number_format(const std::string& format) const;

  /// "screen 0.1, screen 0.9": a place in gnuplot's words.
  std::string place(double from_left, double from_top) const;

  /// A line of text; it stays until `unset label`.
  std::string label(const std::string& text, double from_left, double from_top, double size,
                    const char* colour, const char* alignment = "left") const;

  /// What an axis on the left shows, upright beside the box; it stays until `unset label`. For
  /// LaTeX: gnuplot, which does not know how wide LaTeX's numbers are, drops its own where it takes
  /// it to be off the page.
  std::string upright_label(const std::string& text, const Box& beside, double away,
                            double size) const;

  /// Puts the inside of the next plot's axes into the box.
  std::string margins(const Box& box) const;

  /// The whole script that draws `name`.svg, .png and .pdf, or for LaTeX `name`.tex and .pdf, into
  /// the folder given as its argument, or into the current one.
  /// \param purpose first words of its comment, e.g. "AUC against ensemble size"
  /// \param data data blocks  \param settings what holds for all panels
  /// \param panels the plots, run once for each format
  std::string script(const std::string& name, const std::string& purpose, const std::string& data,
                     const std::string& settings, const std::string& panels) const;

 private:
  std::string script_for_files(const std::string& name, const std::string& panels) const;
  std::string script_for_latex(const std::string& name, const std::string& panels) const;

  double width_;
  double height_;
  bool is_latex_;
};

/// Settings of axes with little ink: left and bottom lines, ticks outside.
std::string quiet_axes();

}  // namespace clvae::report
