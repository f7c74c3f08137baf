#include <algorithm>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "report/draw.hpp"
#include "report/figures.hpp"
#include "report/page.hpp"
#include "report/text.hpp"

namespace clvae::report {

namespace {

constexpr std::uint32_t kWhiteByte = 255;
constexpr std::size_t kGapPixels = 2;  ///< between the images of a strip, at 28 pixels of width

void check(const MisclassifiedFigure& figure) {
  bool any = false;
  if (figure.channels != 1 && figure.channels != 3) {
    throw UsageError(fmt::format("images of {} channels can't be drawn: 1 or 3", figure.channels));
  }
  const std::size_t size = figure.channels * figure.height * figure.width;
  for (const MisclassifiedRow& row : figure.rows) {
    for (const auto* tiles : {&row.inliers, &row.outliers}) {
      for (const ImageTile& tile : *tiles) {
        any = true;
        if (tile.pixels.size() == size && size > 0) continue;
        throw UsageError(fmt::format("an image of \"{}\" has {} values: expected {}", row.title,
                                     tile.pixels.size(), size));
      }
    }
  }
  if (!any) throw RunError("there is no image to draw");
}

/// Room for what stands around the images, in points.
struct TileRoom {
  double top;      ///< headings
  double titles;   ///< left edge of the methods' names
  double left;     ///< edge to the first image
  double between;  ///< inliers and outliers
  double right;
  double names;      ///< two lines below each image
  double name_line;  ///< one of them
  double above;      ///< an image: its method's name, where that stands there
  double foot;
};
constexpr TileRoom kTileRoom{74, 20, 132, 28, 20, 34, 11, 0, 4};
constexpr TileRoom kTileRoomInLatex{14, 1, 82, 12, 1, 20, 7.5, 0, 0};
constexpr TileRoom kTileRoomInColumn{14, 1, 1, 16, 1, 20, 7.5, 11, 0};

/// Where things stand: a method's name, its inliers, its outliers; in a narrow column the names
/// above their images, and the outliers of all methods below the inliers.
class MisclassifiedLayout {
 public:
  MisclassifiedLayout(const MisclassifiedFigure& figure, const Medium& medium)
      : is_latex_(medium.is_latex()), rows_(figure.rows.size()) {
    constexpr double kAbreast = 400;
    stacked_ = is_latex_ && medium.width() < kAbreast;
    if (is_latex_) room_ = stacked_ ? kTileRoomInColumn : kTileRoomInLatex;
    for (const MisclassifiedRow& row : figure.rows) {
      inliers_ = std::max(inliers_, row.inliers.size());
      outliers_ = std::max(outliers_, row.outliers.size());
    }
    gap_pixels_ = std::max<std::size_t>(1, kGapPixels * figure.width / 28);
    const double gap = static_cast<double>(gap_pixels_) / static_cast<double>(figure.width);
    if (is_latex_) {
      tile_ = widest_tile(medium.width(), gap);
      make_room_for_names(figure);
      if (stacked_)
        tile_ = std::min(tile_, highest_tile() * static_cast<double>(figure.width) /
                                    static_cast<double>(figure.height));
    }
    pitch_ = tile_ * (1 + gap);
    tile_height_ = tile_ * static_cast<double>(figure.height) / static_cast<double>(figure.width);
  }

  std::size_t gap_pixels() const { return gap_pixels_; }
  double pitch() const { return pitch_; }
  double tile_height() const { return tile_height_; }
  double side_left(bool outliers) const {
    if (stacked_ || !outliers) return room_.left;
    return room_.left + width_of(inliers_) + (inliers_ > 0 ? room_.between : 0);
  }
  /// Where what the images are stands.
  double side_head(bool outliers) const {
    const double above = is_latex_ ? 7 : 18;
    const bool is_lower = stacked_ && outliers && inliers_ > 0;
    return room_.top - above + (is_lower ? rows_height() + room_.between : 0);
  }
  double row_top(std::size_t row, bool outliers) const {
    const double first = side_head(outliers) + room_.top - side_head(false);
    return first + room_.above + static_cast<double>(row) * row_height();
  }
  double tile_middle(std::size_t tile, bool outliers) const {
    return side_left(outliers) + static_cast<double>(tile) * pitch_ + tile_ / 2;
  }
  /// Of a strip of so many images.
  double width_of(std::size_t tiles) const {
    return tiles == 0 ? 0 : static_cast<double>(tiles - 1) * pitch_ + tile_;
  }
  double titles() const { return room_.titles; }
  double name_line() const { return room_.name_line; }
  bool has_titles_above() const { return stacked_; }
  /// Characters that an image's name has room for in a line.
  std::size_t name_width() const {
    constexpr std::size_t kNameWidth = 10;
    return is_latex_ ? characters_within(pitch_, kTinyCharacter) : kNameWidth;
  }
  Page page() const {
    const double right =
        std::max(side_left(true) + width_of(outliers_), side_left(false) + width_of(inliers_));
    const double bottom = row_top(rows_, outliers_ > 0) - room_.above + room_.foot;
    return {std::max(is_latex_ ? 0 : kLeastWidth, right + room_.right), bottom, is_latex_};
  }

 private:
  static constexpr double kLeastWidth = 480;
  static constexpr double kTinyCharacter = 3.5;  ///< in LaTeX's \scriptsize

  double row_height() const { return room_.above + tile_height_ + room_.names; }
  double rows_height() const { return static_cast<double>(rows_) * row_height(); }
  double widest_tile(double width, double gap) const {
    constexpr double kMost = 52;
    const std::size_t abreast = stacked_ ? std::max(inliers_, outliers_) : inliers_ + outliers_;
    const double between = !stacked_ && inliers_ > 0 && outliers_ > 0 ? room_.between : 0;
    const double images = width - room_.left - room_.right - between;
    const double strips = stacked_ || inliers_ == 0 || outliers_ == 0 ? 1 : 2;
    return std::min(kMost, images / (static_cast<double>(abreast) * (1 + gap) - strips * gap));
  }
  /// All of it has to go onto a page with its caption.
  double highest_tile() const {
    constexpr double kMostHeight = 570;
    constexpr double kLeast = 12;
    const double rows = static_cast<double>(2 * rows_);
    const double rest = 2 * room_.top + room_.between + rows * (room_.above + room_.names);
    return std::max(kLeast, (kMostHeight - rest) / rows);
  }
  /// One line where no name needs two.
  void make_room_for_names(const MisclassifiedFigure& figure) {
    const std::size_t width = characters_within(tile_, kTinyCharacter);
    for (const MisclassifiedRow& row : figure.rows) {
      for (const auto* tiles : {&row.inliers, &row.outliers}) {
        for (const ImageTile& tile : *tiles) {
          if (characters_in(tile.class_name) > width) return;
        }
      }
    }
    room_.names -= room_.name_line;
  }

  TileRoom room_ = kTileRoom;
  bool is_latex_;
  bool stacked_ = false;
  std::size_t rows_;
  std::size_t inliers_ = 0;
  std::size_t outliers_ = 0;
  std::size_t gap_pixels_ = 1;
  double tile_ = 52;
  double pitch_ = 0;
  double tile_height_ = 0;
};

/// One pixel: grey, or red, green and blue in one number.
std::uint32_t pixel_of(const ImageTile& tile, const MisclassifiedFigure& figure, std::size_t y,
                       std::size_t x) {
  const std::size_t plane = figure.height * figure.width;
  const std::size_t place = y * figure.width + x;
  if (figure.channels == 1) return tile.pixels[place];
  return static_cast<std::uint32_t>(tile.pixels[place]) << 16U |
         static_cast<std::uint32_t>(tile.pixels[plane + place]) << 8U |
         static_cast<std::uint32_t>(tile.pixels[2 * plane + place]);
}

/// The images of a strip as one matrix, white between them.
std::string strip_block(const std::string& name, const std::vector<ImageTile>& tiles,
                        const MisclassifiedFigure& figure, std::size_t gap) {
  const std::uint32_t white =
      figure.channels == 1 ? kWhiteByte : kWhiteByte << 16U | kWhiteByte << 8U | kWhiteByte;
  std::string text = name + " << EOD\n";
  for (std::size_t y = 0; y < figure.height; ++y) {
    std::string line;
    for (std::size_t i = 0; i < tiles.size(); ++i) {
      for (std::size_t x = 0; i > 0 && x < gap; ++x) line += fmt::format("{} ", white);
      for (std::size_t x = 0; x < figure.width; ++x) {
        line += fmt::format("{} ", pixel_of(tiles[i], figure, y, x));
      }
    }
    line.back() = '\n';
    text += line;
  }
  return text + "EOD\n";
}

std::string strip_plot(const std::string& name, std::size_t tiles,
                       const MisclassifiedFigure& figure, std::size_t gap) {
  const std::size_t columns = tiles * figure.width + (tiles - 1) * gap;
  return fmt::format("set xrange [-0.5:{}.5]; set yrange [{}.5:-0.5]\n", columns - 1,
                     figure.height - 1) +
         fmt::format("plot {} matrix using {} with rgbimage notitle\nunset label\n", name,
                     figure.channels == 1 ? "1:2:3:3:3"
                                          : "1:2:(int($3)>>16):((int($3)>>8)&255):(int($3)&255)");
}

/// A name that is too long for a line, with spaces after what words are joined by.
std::string breakable(const std::string& name, std::size_t width) {
  if (characters_in(name) <= width) return name;
  std::string text;
  for (const char letter : name) {
    text += letter;
    if (letter == '/' || letter == '_') text += ' ';
  }
  return text;
}

/// The class's name below an image, in at most two lines.
std::string tile_names(const std::vector<ImageTile>& tiles, bool outliers, double top,
                       const MisclassifiedLayout& layout, const Page& page) {
  constexpr double kNameSize = 7.5;
  const std::size_t width = layout.name_width();
  std::string text;
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    std::vector<std::string> lines = wrapped(breakable(tiles[i].class_name, width), width);
    if (lines.size() > 2) {
      lines[1] = shortened(lines[1] + "\u2026", width);
      lines.resize(2);
    }
    double below = top + layout.tile_height() + (page.is_latex() ? 5 : 8);
    for (const std::string& line : lines) {
      text += page.label(line, layout.tile_middle(i, outliers), below, kNameSize, kInk, "center");
      below += layout.name_line();
    }
  }
  return text;
}

std::string method_name(const std::string& title, double top, const MisclassifiedLayout& layout,
                        const Page& page) {
  constexpr std::size_t kTitleWidth = 17;
  constexpr std::size_t kMostLines = 3;
  const double size = page.is_latex() ? kTextSize - 1 : kTextSize;
  const double line_height = page.is_latex() ? 10 : 14;
  if (layout.has_titles_above()) return page.label(title, layout.titles(), top - 6, size, kInk);
  std::vector<std::string> lines = wrapped(title, kTitleWidth);
  if (lines.size() > kMostLines) lines.resize(kMostLines);
  double y =
      top + layout.tile_height() / 2 - line_height * static_cast<double>(lines.size() - 1) / 2;
  std::string text;
  for (const std::string& line : lines) {
    text += page.label(line, layout.titles(), y, size, kInk);
    y += line_height;
  }
  return text;
}

std::string heading(const MisclassifiedFigure& figure, const MisclassifiedLayout& layout,
                    const Page& page) {
  constexpr std::size_t kDatasetWidth = 24;
  const std::string sides =
      page.label("Inliers with the highest anomaly scores", layout.side_left(false),
                 layout.side_head(false), kTextSize, kQuietInk) +
      page.label("Outliers with the lowest anomaly scores", layout.side_left(true),
                 layout.side_head(true), kTextSize, kQuietInk);
  if (page.is_latex()) return sides;
  return page.label(
             fmt::format("Most misclassified: {}, {}", shortened(figure.dataset, kDatasetWidth),
                         outliers_in_words(figure.outlier_names, figure.is_against_set, 30)),
             layout.titles(), 20, kTitleSize, kInk) +
         sides;
}

std::string misclassified_script(const MisclassifiedFigure& figure, const Medium& medium,
                                 const std::string& file) {
  const MisclassifiedLayout layout(figure, medium);
  const Page page = layout.page();
  std::string data = "# pixels, one line of the images after the other\n";
  std::string panels = "unset key; unset border; unset tics\n" + heading(figure, layout, page);
  for (std::size_t i = 0; i < figure.rows.size(); ++i) {
    const MisclassifiedRow& row = figure.rows[i];
    for (const bool outliers : {false, true}) {
      const std::vector<ImageTile>& tiles = outliers ? row.outliers : row.inliers;
      const double top = layout.row_top(i, outliers);
      if (!outliers || layout.has_titles_above()) {
        panels += method_name(row.title, top, layout, page);
      }
      if (tiles.empty()) continue;
      const std::string block = fmt::format("${}{}", outliers ? "outliers" : "inliers", i + 1);
      data += strip_block(block, tiles, figure, layout.gap_pixels());
      panels += tile_names(tiles, outliers, top, layout, page) +
                page.margins({layout.side_left(outliers), top, layout.width_of(tiles.size()),
                              layout.tile_height()}) +
                strip_plot(block, tiles.size(), figure, layout.gap_pixels());
    }
  }
  return page.script(file, "Most misclassified images", data, "", panels);
}

}  // namespace

std::vector<std::string> plot_misclassified(const MisclassifiedFigure& figure,
                                            const std::string& folder,
                                            std::optional<double> latex_width) {
  check(figure);
  return draw_for_all("figure4", folder, latex_width,
                      [&figure](const Medium& medium, const std::string& file) {
                        return misclassified_script(figure, medium, file);
                      });
}

}  // namespace clvae::report
