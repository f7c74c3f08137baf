#include "report/html.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdint>

#include <fmt/format.h>

#include "report/text.hpp"

namespace clvae::report {

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char letter : printable(text)) {
    switch (letter) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      case '\'':
        safe += "&#39;";
        break;
      default:
        safe += letter;
    }
  }
  return safe;
}

std::string escaped_lines(const std::string& text) {
  std::string lines;
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    lines += escaped(text.substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return lines;
}

std::string base64(const std::string& bytes) {
  constexpr const char* kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  constexpr std::uint32_t kDigitMask = 63;
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t offset) -> std::uint32_t {
      return i + offset < bytes.size() ? static_cast<unsigned char>(bytes[i + offset]) : 0U;
    };
    const std::uint32_t three = byte(0) << 16U | byte(1) << 8U | byte(2);
    text += kDigits[three >> 18U & kDigitMask];
    text += kDigits[three >> 12U & kDigitMask];
    text += i + 1 < bytes.size() ? kDigits[three >> 6U & kDigitMask] : '=';
    text += i + 2 < bytes.size() ? kDigits[three & kDigitMask] : '=';
  }
  return text;
}

std::string element(const char* tag, const std::string& text) {
  return fmt::format("<{0}>{1}</{0}>", tag, escaped(text));
}

std::string anchor(const std::string& title) {
  std::string id;
  for (const char letter : title) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte < 0x80 && std::isalnum(byte) != 0) {
      id += static_cast<char>(std::tolower(byte));
    } else if (!id.empty() && id.back() != '-') {
      id += '-';
    }
  }
  if (!id.empty() && id.back() == '-') id.pop_back();
  return id;
}

std::string html_of(const std::vector<HtmlPart>& parts) {
  const auto link = [](const std::string& title) {
    return fmt::format("<a href=\"#{}\">{}</a>", anchor(title), escaped(title));
  };
  std::string contents;
  std::string sections;
  std::size_t count = 0;
  for (const HtmlPart& part : parts) {
    if (part.content.empty()) continue;
    ++count;
    contents += "<li>" + link(part.title);
    for (std::size_t i = 0; i < part.parts.size(); ++i) {
      contents += (i == 0 ? "\n<ul><li>" : "</li>\n<li>") + link(part.parts[i]);
    }
    contents += part.parts.empty() ? "</li>\n" : "</li></ul></li>\n";
    sections += fmt::format("<section id=\"{}\">\n", anchor(part.title)) +
                element("h2", part.title) + "\n" + part.content + "</section>\n";
  }
  if (count < 2) return sections;
  return "<nav aria-label=\"Contents\"><ul>\n" + contents + "</ul></nav>\n" + sections;
}

void HtmlTable::add_row(const std::vector<std::string>& cells) {
  std::vector<std::vector<std::string>> row;
  row.reserve(cells.size());
  for (const std::string& cell : cells) row.push_back({cell});
  rows.push_back(std::move(row));
}

std::string html_of(const HtmlTable& table) {
  constexpr std::array<const char*, 4> kClasses{"", "", " class=\"two\"", " class=\"text\""};
  if (table.rows.empty()) return "";
  // Wide tables scroll by themselves, and can be reached by keyboard to do so.
  std::string html = fmt::format(
      "<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"{}\"><table{}>\n",
      escaped(table.caption), kClasses[std::min<std::size_t>(table.text_columns, 3)]);
  html += "<caption>" + element("span", table.caption) + "</caption>\n";
  if (!table.columns.empty()) {
    html += "<thead><tr>";
    for (const std::string& column : table.columns) {
      html += "<th scope=\"col\">" + escaped(column) + "</th>";
    }
    html += "</tr></thead>\n";
  }
  html += "<tbody>\n";
  for (std::size_t i = 0; i < table.rows.size(); ++i) {
    html += table.has_total_row && i + 1 == table.rows.size() ? "<tr class=\"total\">" : "<tr>";
    for (std::size_t j = 0; j < table.rows[i].size(); ++j) {
      std::string cell;
      for (const std::string& line : table.rows[i][j]) {
        cell += cell.empty() ? escaped(line) : "<br /><small>" + escaped(line) + "</small>";
      }
      html += j == 0 ? "<th scope=\"row\">" + cell + "</th>" : "<td>" + cell + "</td>";
    }
    html += "</tr>\n";
  }
  return html + "</tbody></table></div>\n";
}

std::string html_list(const std::vector<std::string>& points) {
  if (points.empty()) return "";
  std::string html = "<ul>\n";
  for (const std::string& point : points) html += element("li", point) + "\n";
  return html + "</ul>\n";
}

const char* style_sheet() {
  return R"(
:root { color-scheme: light dark; --ink: #1c1f23; --quiet: #5b636d; --line: #d8dce1;
  --paper: #ffffff; --shade: #f4f6f8; --accent: #0072b2; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e8eb; --quiet: #a3abb5; --line: #3a4048;
  --paper: #16181b; --shade: #1f2327; --accent: #6cb6e6; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 68rem; background: var(--paper);
  color: var(--ink); font: 16px/1.5 system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
h1 { font-size: 1.7rem; line-height: 1.25; margin: 0 0 .75rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .75rem; padding-bottom: .25rem;
  border-bottom: 1px solid var(--line); }
h3 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
p, ul { max-width: 46rem; margin: .5rem 0; }
.lead { font-size: 1.1rem; border-left: 4px solid var(--accent); padding: .25rem 0 .25rem 1rem;
  overflow-wrap: anywhere; }
.note, figcaption, caption { color: var(--quiet); font-size: .875rem; }
a { color: var(--accent); }
nav ul { list-style: none; margin: 0; padding: 0; max-width: none; }
nav > ul { columns: 16rem; column-gap: 2rem; margin-top: 1.5rem; padding: .75rem 1rem;
  background: var(--shade); border: 1px solid var(--line); border-radius: 4px; }
nav ul ul { padding-left: 1rem; font-size: .875rem; }
nav li { break-inside: avoid; padding: .1rem 0; }
section, figure { scroll-margin-top: 1rem; }
.table, .picture { overflow-x: auto; }
.table { margin: 1rem 0 1.5rem; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding-bottom: .5rem; }
caption span { display: block; position: sticky; left: 0; max-width: min(46rem, 100vw - 2.5rem); }
th, td { padding: .35rem .75rem; text-align: right; vertical-align: top;
  border-bottom: 1px solid var(--line); white-space: nowrap; }
thead th { vertical-align: bottom; white-space: normal; font-weight: 600;
  border-bottom: 2px solid var(--line); }
th:first-child, .two th:nth-child(2), .two td:nth-child(2) { text-align: left; }
th:first-child { position: sticky; left: 0; background: var(--paper); }
tbody th { font-weight: 400; }
.text td, .text th { text-align: left; white-space: normal; overflow-wrap: anywhere; }
.text tbody th { color: var(--quiet); min-width: 11rem; }
tr.total th, tr.total td { border-top: 2px solid var(--line); font-weight: 600; }
td small { color: var(--quiet); font-size: .8125rem; font-weight: 400; }
figure { margin: 1rem 0 2.5rem; }
figure img { display: block; max-width: 100%; height: auto; background: #ffffff;
  border: 1px solid var(--line); border-radius: 4px; padding: 8px; }
figcaption { margin-top: .5rem; max-width: 46rem; }
figcaption b { color: var(--ink); }
pre { background: var(--shade); border: 1px solid var(--line); border-radius: 4px;
  padding: 1rem; overflow-x: auto; font: .8125rem/1.45 ui-monospace, "DejaVu Sans Mono", monospace; }
@media screen and (max-width: 40rem) {
  body { padding: 1rem 1rem 3rem; }
  h1 { font-size: 1.4rem; }
  figure img { max-width: none; width: 34rem; }
  th, td { padding: .3rem .5rem; }
  tbody th:first-child { white-space: normal; min-width: 6.5rem; max-width: 8.5rem; }
  .text tbody th { min-width: 5.5rem; }
}
@media print {
  :root { color-scheme: light; --ink: #000000; --quiet: #444444; --line: #bbbbbb;
    --paper: #ffffff; --shade: #ffffff; }
  @page { margin: 16mm 14mm; }
  body { padding: 0; max-width: none; font-size: 10pt; }
  nav { display: none; }
  h2 { break-after: avoid; margin-top: 1.5rem; }
  tr, figure, pre { break-inside: avoid; }
  .table, .picture { overflow: visible; }
  th:first-child { position: static; }
  table { font-size: 8pt; }
  thead { display: table-header-group; }
  th, td { padding: .2rem .4rem; }
  td small { font-size: 7.5pt; }
  figcaption, caption { font-size: 9pt; }
  figure img { width: auto; max-height: 150mm; border: 0; padding: 0; margin: 0 auto; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; break-inside: auto; font-size: 8pt; }
}
)";
}

}  // namespace clvae::report
