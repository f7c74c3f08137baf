#pragma once
/// \file
/// Pieces of HTML that are well-formed XML too. All texts are escaped here, and nowhere else.

#include <cstddef>
#include <string>
#include <vector>

namespace clvae::report {

/// The printable text with the five characters that mean something in HTML written as entities.
std::string escaped(const std::string& text);

/// The same for a text of several lines, kept as lines.
std::string escaped_lines(const std::string& text);

std::string base64(const std::string& bytes);

/// `<tag>text</tag>`, the text escaped.
std::string element(const char* tag, const std::string& text);

/// A part of the page that a link can lead to.
struct HtmlPart {
  std::string title;
  std::string content;  ///< HTML
  std::vector<std::string> parts =
      {};  ///< titles within the content, whose ids are `anchor` of them
};

/// A title as the id of its place on the page: "AUC, by size" is "auc-by-size".
std::string anchor(const std::string& title);

/// A list of links to all parts, then `<h2>title</h2>` and the content of each in a section. Parts
/// without content are left out, and a single one needs no list.
std::string html_of(const std::vector<HtmlPart>& parts);

/// A table. The first column holds the names of the rows.
struct HtmlTable {
  std::string caption;
  std::vector<std::string> columns;
  /// [rows][columns][lines]: a cell's first line is its value, further ones are set small
  std::vector<std::vector<std::vector<std::string>>> rows;
  bool has_total_row = false;    ///< the last row is set off
  std::size_t text_columns = 1;  ///< 1, 2, or all where it is more: set to the left

  /// A row of cells of one line each.
  void add_row(const std::vector<std::string>& cells);
};

/// Nothing where there is no row.
std::string html_of(const HtmlTable& table);

/// A list of points; nothing where it is empty.
std::string html_list(const std::vector<std::string>& points);

/// The style sheet: for screens light and dark, and for paper.
const char* style_sheet();

}  // namespace clvae::report
