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

/// Where things stand: a method's name, its inliers, its outliers.
class MisclassifiedLayout {
 public:
  explicit MisclassifiedLayout(const MisclassifiedFigure& figure) : rows_(figure.rows.size()) {
    for (const MisclassifiedRow& row : figure.rows) {
      inliers_ = std::max(inliers_, row.inliers.size());
      outliers_ = std::max(outliers_, row.outliers.size());
    }
    gap_pixels_ = std::max<std::size_t>(1, kGapPixels * figure.width / 28);
    const double pixels = static_cast<double>(figure.width + gap_pixels_);
    pitch_ = kTile * pixels / static_cast<double>(figure.width);
    tile_height_ = kTile * static_cast<double>(figure.height) / static_cast<double>(figure.width);
  }

  std::size_t gap_pixels() const { return gap_pixels_; }
  double pitch() const { return pitch_; }
  double tile_height() const { return tile_height_; }
  double side_left(bool outliers) const {
    return kLeft + (outliers ? width_of(inliers_) + (inliers_ > 0 ? kBetween : 0) : 0);
  }
  double row_top(std::size_t row) const {
    return kTop + static_cast<double>(row) * (tile_height_ + kNames);
  }
  double tile_middle(std::size_t tile, bool outliers) const {
    return side_left(outliers) + static_cast<double>(tile) * pitch_ + kTile / 2;
  }
  /// Of a strip of so many images.
  double width_of(std::size_t tiles) const {
    return tiles == 0 ? 0 : static_cast<double>(tiles - 1) * pitch_ + kTile;
  }
  Page page() const {
    const double right = side_left(true) + width_of(outliers_);
    return {std::max(kLeastWidth, right + kRight), row_top(rows_) + 4};
  }

  static constexpr double kTitles = 20;  ///< left edge of the methods' names
  static constexpr double kTop = 74;

 private:
  static constexpr double kLeft = 132;
  static constexpr double kTile = 52;
  static constexpr double kBetween = 28;
  static constexpr double kRight = 20;
  static constexpr double kNames = 34;  ///< two lines below each image
  static constexpr double kLeastWidth = 480;

  std::size_t rows_;
  std::size_t inliers_ = 0;
  std::size_t outliers_ = 0;
  std::size_t gap_pixels_ = 1;
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
  constexpr std::size_t kNameWidth = 10;
  constexpr double kNameSize = 7.5;
  constexpr double kLine = 11;
  std::string text;
  for (std::size_t i = 0; i < tiles.size(); ++i) {
    std::vector<std::string> lines =
        wrapped(breakable(tiles[i].class_name, kNameWidth), kNameWidth);
    if (lines.size() > 2) {
      lines[1] = shortened(lines[1] + "\u2026", kNameWidth);
      lines.resize(2);
    }
    double below = top + layout.tile_height() + 8;
    for (const std::string& line : lines) {
      text += page.label(line, layout.tile_middle(i, outliers), below, kNameSize, kInk, "center");
      below += kLine;
    }
  }
  return text;
}

std::string method_name(const std::string& title, double top, const MisclassifiedLayout& layout,
                        const Page& page) {
  constexpr std::size_t kTitleWidth = 17;
  constexpr std::size_t kMostLines = 3;
  constexpr double kLine = 14;
  std::vector<std::string> lines = wrapped(title, kTitleWidth);
  if (lines.size() > kMostLines) lines.resize(kMostLines);
  double y = top + layout.tile_height() / 2 - kLine * static_cast<double>(lines.size() - 1) / 2;
  std::string text;
  for (const std::string& line : lines) {
    text += page.label(line, MisclassifiedLayout::kTitles, y, kTextSize, kInk);
    y += kLine;
  }
  return text;
}

std::string heading(const MisclassifiedFigure& figure, const MisclassifiedLayout& layout,
                    const Page& page) {
  constexpr std::size_t kDatasetWidth = 24;
  return page.label(
             fmt::format("Most misclassified: {}, {}", shortened(figure.dataset, kDatasetWidth),
                         outliers_in_words(figure.outlier_names, figure.is_against_set, 30)),
             MisclassifiedLayout::kTitles, 20, kTitleSize, kInk) +
         page.label("Inliers with the highest anomaly scores", layout.side_left(false),
                    MisclassifiedLayout::kTop - 18, kTextSize, kQuietInk) +
         page.label("Outliers with the lowest anomaly scores", layout.side_left(true),
                    MisclassifiedLayout::kTop - 18, kTextSize, kQuietInk);
}

}  // namespace

std::vector<std::string> plot_misclassified(const MisclassifiedFigure& figure,
                                            const std::string& folder) {
  check(figure);
  const MisclassifiedLayout layout(figure);
  const Page page = layout.page();
  std::string data = "# pixels, one line of the images after the other\n";
  std::string panels = "unset key; unset border; unset tics\n" + heading(figure, layout, page);
  for (std::size_t i = 0; i < figure.rows.size(); ++i) {
    const MisclassifiedRow& row = figure.rows[i];
    panels += method_name(row.title, layout.row_top(i), layout, page);
    for (const bool outliers : {false, true}) {
      const std::vector<ImageTile>& tiles = outliers ? row.outliers : row.inliers;
      if (tiles.empty()) continue;
      const std::string block = fmt::format("${}{}", outliers ? "outliers" : "inliers", i + 1);
      data += strip_block(block, tiles, figure, layout.gap_pixels());
      panels += tile_names(tiles, outliers, layout.row_top(i), layout, page) +
                page.margins({layout.side_left(outliers), layout.row_top(i),
                              layout.width_of(tiles.size()), layout.tile_height()}) +
                strip_plot(block, tiles.size(), figure, layout.gap_pixels());
    }
  }
  return draw("figure4", page.script("figure4", "Most misclassified images", data, "", panels),
              folder);
}

}  // namespace clvae::report
