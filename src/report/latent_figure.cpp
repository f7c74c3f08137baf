#include <algorithm>
#include <cmath>
#include <cstdlib>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "report/draw.hpp"
#include "report/figures.hpp"
#include "report/latent_view.hpp"
#include "report/page.hpp"
#include "report/points.hpp"
#include "report/text.hpp"

namespace clvae::report {

namespace {

constexpr std::size_t kMostPointsInAPanel = 3000;
constexpr std::size_t kMostPoints = 6000;  ///< of a figure: keeps its SVG below a megabyte
constexpr std::uint32_t kClassAlpha = 0x68;
constexpr std::uint32_t kInlierAlpha = 0x90;
constexpr std::uint32_t kOutlierAlpha = 0x58;
constexpr const char* kInlierColour = "#5F6B7A";
constexpr const char* kOutlierColour = "#D55E00";
constexpr std::size_t kKeyNameWidth = 14;

/// Points to draw: coordinates [n, D] and a colour each.
struct Cloud {
  std::vector<double> coordinates;
  std::vector<std::uint32_t> colours;  ///< alpha (0 = opaque), red, green, blue
  std::size_t drawn = 0;
  std::size_t all = 0;
};

std::uint32_t with_alpha(const char* colour, std::uint32_t alpha) {
  constexpr int kHexadecimal = 16;
  constexpr std::uint32_t kAlphaShift = 24;
  return (alpha << kAlphaShift) |
         static_cast<std::uint32_t>(std::strtoul(colour + 1, nullptr, kHexadecimal));
}

void check(const LatentFigure& figure) {
  if (figure.spaces.empty()) throw RunError("there is no latent space to draw");
  const std::size_t dimensions = figure.spaces.front().axes.size();
  const auto require = [](bool holds, const LatentSpace& space, const char* what) {
    if (!holds) throw UsageError(fmt::format("the latent space \"{}\": {}", space.title, what));
  };
  for (const LatentSpace& space : figure.spaces) {
    require(dimensions == 2 || dimensions == 3, space, "2 or 3 axes can be drawn");
    require(space.axes.size() == dimensions, space, "all spaces must have as many axes");
    require(space.inliers.size() == space.inlier_classes.size() * dimensions, space,
            "inliers and inlier_classes disagree in length");
    require(space.test.size() == space.test_is_outlier.size() * dimensions, space,
            "test and test_is_outlier disagree in length");
    require(space.centres.empty() || space.centres.size() == figure.class_names.size() * dimensions,
            space, "centres and class_names disagree in length");
    const std::size_t classes = figure.class_names.size();
    require(std::all_of(space.inlier_classes.begin(), space.inlier_classes.end(),
                        [classes](std::size_t k) { return k < classes; }),
            space, "a class has no name");
  }
}

template <typename Colour>
Cloud cloud_of(const std::vector<double>& values, std::size_t dimensions, std::size_t most,
               std::uint64_t seed, const Colour& colour_of) {
  Cloud cloud;
  cloud.all = values.size() / dimensions;
  for (const std::size_t i : thinned(cloud.all, most, seed)) {
    const auto begin = values.begin() + static_cast<std::ptrdiff_t>(i * dimensions);
    const auto end = begin + static_cast<std::ptrdiff_t>(dimensions);
    if (!std::all_of(begin, end, [](double value) { return std::isfinite(value); })) continue;
    cloud.coordinates.insert(cloud.coordinates.end(), begin, end);
    cloud.colours.push_back(colour_of(i));
    ++cloud.drawn;
  }
  return cloud;
}

/// Classes in the first cloud, inliers and outliers of the test set in the second.
std::array<Cloud, 2> clouds_of(const LatentSpace& space, std::size_t most, std::uint64_t seed) {
  const std::size_t dimensions = space.axes.size();
  return {cloud_of(space.inliers, dimensions, most, seed,
                   [&space](std::size_t i) {
                     return with_alpha(class_colour(space.inlier_classes[i]), kClassAlpha);
                   }),
          cloud_of(space.test, dimensions, most, seed, [&space](std::size_t i) {
            return space.test_is_outlier[i] != 0 ? with_alpha(kOutlierColour, kOutlierAlpha)
                                                 : with_alpha(kInlierColour, kInlierAlpha);
          })};
}

std::string data_block(const std::string& name, const Cloud& cloud, std::size_t dimensions) {
  std::string text = name + " << EOD\n";
  for (std::size_t i = 0; i < cloud.drawn; ++i) {
    for (std::size_t j = 0; j < dimensions; ++j) {
      text += fmt::format("{:.4g} ", cloud.coordinates[i * dimensions + j]);
    }
    text += fmt::format("{}\n", cloud.colours[i]);
  }
  return text + "EOD\n";
}

/// Classes that the key lists. There are far fewer colours than it has room for names.
std::size_t keyed_classes(const LatentFigure& figure) {
  return std::min(figure.class_names.size(), kMostLatentNames);
}

/// Room for what stands around the panels, in points.
struct LatentRoom {
  double top;    ///< heading, and titles of the first panels
  double left;   ///< edge to y axis
  double right;  ///< to the other edge
  double gap;    ///< between panels
  double below;  ///< from one panel to the one below it
  double foot;   ///< from the last panel to the key
  double key_line;
  double key_mark;
  double character;  ///< of the key
};
constexpr LatentRoom kFlatRoom{122, 62, 20, 64, 106, 74, 20, 30, 6.6};
constexpr LatentRoom kDeepRoom{122, 62, 20, 44, 78, 34, 20, 30, 6.6};
constexpr LatentRoom kFlatRoomInLatex{25, 34, 4, 34, 54, 38, 12, 18, kCharacterInLatex};
constexpr LatentRoom kDeepRoomInLatex{25, 12, 6, 18, 38, 18, 12, 18, kCharacterInLatex};

const LatentRoom& room_for(bool is_flat, const Medium& medium) {
  if (medium.is_latex()) return is_flat ? kFlatRoomInLatex : kDeepRoomInLatex;
  return is_flat ? kFlatRoom : kDeepRoom;
}

/// Where things stand: spaces side by side, classes above test; one space alone lies flat.
class LatentLayout {
 public:
  LatentLayout(const LatentFigure& figure, const Medium& medium)
      : room_(room_for(figure.spaces.front().axes.size() == 2, medium)),
        is_latex_(medium.is_latex()),
        spaces_(figure.spaces.size()),
        entries_(keyed_classes(figure)) {
    constexpr std::size_t kMostAbreast = 4;
    columns_ = std::min(std::max<std::size_t>(spaces_, 2), kMostAbreast);
    side_ = columns_ == 2 ? 300 : (columns_ == 3 ? 236 : 196);
    if (is_latex_) fit_into(medium.width());
    std::size_t longest = 0;
    for (std::size_t k = 0; k < entries_; ++k) {
      longest = std::max(longest, characters_in(shortened(figure.class_names[k], kKeyNameWidth)));
    }
    entry_ = room_.key_mark + room_.character * static_cast<double>(longest);
  }

  Box panel(std::size_t space, std::size_t part) const {
    const std::size_t column = spaces_ == 1 ? part : space % columns_;
    const std::size_t row = spaces_ == 1 ? 0 : 2 * (space / columns_) + part;
    return {room_.left + static_cast<double>(column) * (side_ + room_.gap),
            room_.top + static_cast<double>(row) * (side_ + room_.below), side_, side_};
  }
  double left() const { return room_.left; }
  double width() const {
    return room_.left + static_cast<double>(columns_) * (side_ + room_.gap) - room_.gap +
           room_.right;
  }
  double key_line() const { return room_.key_line; }
  double key_top() const { return panel(spaces_ - 1, 1).top + side_ + room_.foot; }
  std::size_t entries_in_a_row() const {
    return std::max<std::size_t>(1, static_cast<std::size_t>((width() - room_.left) / entry_));
  }
  double entry_width() const { return entry_; }
  double class_rows() const {
    const std::size_t rows = (entries_ + entries_in_a_row() - 1) / entries_in_a_row();
    return static_cast<double>(rows);
  }
  /// Characters that a panel's title has room for.
  std::size_t title_width() const {
    constexpr std::size_t kTitleWidth = 38;
    if (!is_latex_) return kTitleWidth;
    return characters_within(side_ + room_.gap - 4, kSmallCharacterInLatex);
  }
  Page page() const {
    return {width(), key_top() + room_.key_line * (class_rows() + 1) + (is_latex_ ? 0 : 8),
            is_latex_};
  }

 private:
  void fit_into(double width) {
    constexpr double kLeastSide = 76;
    constexpr double kMostSide = 160;
    const double inside = width - room_.left - room_.right;
    const auto fitting =
        static_cast<std::size_t>(std::max(1.0, (inside + room_.gap) / (kLeastSide + room_.gap)));
    columns_ = std::max<std::size_t>(spaces_ == 1 ? 2 : 1, std::min(columns_, fitting));
    const auto gaps = static_cast<double>(columns_ - 1);
    side_ = std::min(kMostSide, (inside - gaps * room_.gap) / static_cast<double>(columns_));
  }

  LatentRoom room_;
  bool is_latex_;
  std::size_t spaces_;
  std::size_t entries_;
  std::size_t columns_ = 2;
  double side_ = 300;
  double entry_ = 60;
};

/// Marks and names of the classes, then of inliers and outliers, over the whole page in points.
/// \return the plot; `data` gains the marks
std::string key(const LatentFigure& figure, const LatentLayout& layout, const Page& page,
                std::string& data) {
  std::string labels;
  data += "$key << EOD\n";
  const auto add = [&](const std::string& name, double left, double top, const char* colour) {
    data += fmt::format("{} {} {}\n", left, top, with_alpha(colour, 0));
    labels += page.label(name, left + 9, top, kTextSize, kInk);
  };
  const std::size_t abreast = layout.entries_in_a_row();
  for (std::size_t k = 0; k < keyed_classes(figure); ++k) {
    const std::size_t row = k / abreast;
    const std::size_t column = k % abreast;
    add(shortened(figure.class_names[k], kKeyNameWidth),
        layout.left() + static_cast<double>(column) * layout.entry_width(),
        layout.key_top() + layout.key_line() * static_cast<double>(row), class_colour(k));
  }
  const double beside_inliers = page.is_latex() ? 74 : 110;
  const double top = layout.key_top() + layout.key_line() * layout.class_rows();
  add("test inliers", layout.left(), top, kInlierColour);
  add("test outliers", layout.left() + beside_inliers, top, kOutlierColour);
  if (const std::size_t others = figure.class_names.size() - keyed_classes(figure); others > 0) {
    labels += page.label(fmt::format("and {} more classes, whose colours repeat", grouped(others)),
                         layout.left() + 2.2 * beside_inliers, top, kTextSize, kQuietInk);
  }
  data += "EOD\n";
  return labels + page.margins({0, 0, page.width(), page.height()}) +
         fmt::format(
             "unset border; unset tics; unset grid; unset xlabel; unset ylabel\n"
             "set xrange [0:{}]; set yrange [{}:0]\n"
             "plot $key using 1:2:3 with points pointtype 7 pointsize 0.8 linecolor rgb variable "
             "notitle\nunset label\n",
             page.width(), page.height());
}

/// Where the names of the classes stand.
const char* names_in_words(const LatentFigure& figure) {
  const auto pulled =
      std::count_if(figure.spaces.begin(), figure.spaces.end(),
                    [](const LatentSpace& space) { return !space.centres.empty(); });
  if (figure.class_names.size() > kMostLatentNames) {
    return "Names mark centres or means of as many classes as there is room for.";
  }
  if (static_cast<std::size_t>(pulled) == figure.spaces.size()) {
    return "Names mark the class centres that the prior pulls to.";
  }
  if (pulled == 0) return "Names mark the means of the classes.";
  return "Names mark the class centres that the prior pulls to or, where a model has none, the "
         "means.";
}

std::string heading(const LatentFigure& figure, const LatentLayout& layout, const Page& page) {
  constexpr std::size_t kDatasetWidth = 24;
  constexpr std::size_t kOutlierWidth = 36;
  if (page.is_latex()) return "";
  const double left = layout.left();
  return page.label(fmt::format("Latent spaces: {}, {}", shortened(figure.dataset, kDatasetWidth),
                                outliers_in_words(figure.outlier_names, kOutlierWidth)),
                    left, 20, kTitleSize, kInk) +
         page.label(names_in_words(figure), left, 43, kTextSize, kQuietInk) +
         page.label("Where not all points are shown, they are drawn at random.", left, 60,
                    kTextSize, kQuietInk);
}

std::string counted(const std::string& what, const Cloud& cloud) {
  if (cloud.drawn == cloud.all) return fmt::format("{}: {} points", what, grouped(cloud.all));
  return fmt::format("{}: {} of {} points", what, grouped(cloud.drawn), grouped(cloud.all));
}

/// Whose space it is, and what lies in it.
std::string panel_heading(const std::string& title, const std::string& what, const Cloud& cloud,
                          const Box& box, const LatentLayout& layout, const Page& page) {
  constexpr double kPanelTitleSize = 12;
  const std::string whose = shortened(title, layout.title_width());
  if (page.is_latex()) {
    return page.label(whose, box.left, box.top - 17, kTextSize - 1, kInk) +
           page.label(what, box.left, box.top - 7, kTextSize - 1, kQuietInk);
  }
  return page.label(whose, box.left, box.top - 30, kPanelTitleSize, kInk) +
         page.label(counted(what, cloud), box.left, box.top - 13, kTextSize - 1, kQuietInk);
}

/// Both panels of one space. \return the plots; `data` gains what they draw
std::string space_panels(const LatentFigure& figure, std::size_t index, const LatentLayout& layout,
                         const Page& page, std::string& data) {
  const LatentSpace& space = figure.spaces[index];
  const std::size_t dimensions = space.axes.size();
  const std::size_t most = std::min(kMostPointsInAPanel, kMostPoints / (2 * figure.spaces.size()));
  const std::array<Cloud, 2> clouds = clouds_of(space, most, figure.seed);
  const std::vector<double> names =
      space.centres.empty()
          ? class_means(space.inliers, dimensions, space.inlier_classes, figure.class_names.size())
          : space.centres;
  std::vector<double> all = clouds[0].coordinates;
  all.insert(all.end(), clouds[1].coordinates.begin(), clouds[1].coordinates.end());
  std::copy_if(names.begin(), names.end(), std::back_inserter(all),
               [](double value) { return std::isfinite(value); });
  const Cube cube = cube_around(all, dimensions);
  std::string text;
  for (const std::size_t part : {std::size_t{0}, std::size_t{1}}) {
    const Box box = layout.panel(index, part);
    const std::string block = fmt::format("${}{}", part == 0 ? "inliers" : "test", index + 1);
    data += data_block(block, clouds[part], dimensions);
    text += panel_heading(space.title, part == 0 ? space.inliers_are : "test set", clouds.at(part),
                          box, layout, page) +
            latent_axes(page, box, cube, space.axes) +
            latent_labels(figure.class_names, names, dimensions, cube, box, page);
    text += latent_points(block, dimensions) + "unset label\n";
  }
  return text;
}

std::string latent_script(const LatentFigure& figure, const Medium& medium,
                          const std::string& file) {
  const std::size_t dimensions = figure.spaces.front().axes.size();
  const LatentLayout layout(figure, medium);
  const Page page = layout.page();
  std::string data = "# coordinates and colour (alpha, red, green, blue)\n";
  if (dimensions == 3) data += cube_edges();
  std::string panels = heading(figure, layout, page) + "unset key\n";
  for (std::size_t i = 0; i < figure.spaces.size(); ++i) {
    panels += space_panels(figure, i, layout, page, data);
  }
  panels += key(figure, layout, page, data);
  return page.script(file, "Latent spaces", data, projection(dimensions), panels);
}

}  // namespace

std::vector<std::string> plot_latent_spaces(const LatentFigure& figure, const std::string& folder,
                                            std::optional<double> latex_width) {
  check(figure);
  return draw_for_all("figure2", folder, latex_width,
                      [&figure](const Medium& medium, const std::string& file) {
                        return latent_script(figure, medium, file);
                      });
}

}  // namespace clvae::report
