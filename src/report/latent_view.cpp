#include "report/latent_view.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "report/points.hpp"
#include "report/text.hpp"

namespace clvae::report {

namespace {

constexpr std::size_t kAxisNameWidth = 34;
constexpr std::size_t kLabelWidth = 14;
constexpr double kAzimuth = 28;  ///< degrees
constexpr double kElevation = 26;
constexpr double kReach = 1.5;  ///< half the side of a panel that holds the cube of side 2

/// A name with its middle in units of the panel's sides, from the lower left.
struct Label {
  std::string text;
  std::string place;  ///< in gnuplot's words
  double x = 0;
  double y = 0;
  double up = 0;  ///< how far it is moved
};

/// An axis's name, as much of it as has room beside a panel.
std::string axis_name(const std::string& name, const Page& page, double side) {
  return shortened(name, page.is_latex() ? characters_within(side + 12, kSmallCharacterInLatex)
                                         : kAxisNameWidth);
}

std::string flat_axes(const Cube& cube, const std::vector<std::string>& names, const Page& page,
                      const Box& box) {
  constexpr double kNameSize = 10;
  constexpr double kWidthOfTick = 16;
  constexpr double kNameAway = 27;
  const std::string text = fmt::format(
      "set border 15 linewidth 0.6 linecolor rgb '#999999'\n"
      "set tics out scale 0.5 textcolor rgb '#222222' {5}\n"
      "set xtics nomirror {6} format {4}; set ytics nomirror {6} format {4}\n"
      "set grid xtics ytics linetype 1 linewidth 0.4 linecolor rgb '#EDEDED'\n"
      "set xrange [{0:.6g}:{1:.6g}]; set yrange [{2:.6g}:{3:.6g}]\n",
      cube.middle[0] - cube.half, cube.middle[0] + cube.half, cube.middle[1] - cube.half,
      cube.middle[1] + cube.half, page.number_format(page.is_latex() ? "%.3g" : "%g"),
      page.font(kTextSize - 1),
      page.is_latex() ? fmt::format("{:g}", round_step(2 * cube.half,
                                                       characters_within(box.width, kWidthOfTick)))
                      : "autofreq");
  const std::string across = axis_name(names[0], page, box.width);
  const std::string upward = axis_name(names[1], page, box.width);
  if (page.is_latex()) {
    return text +
           fmt::format("set xlabel {} offset 0,0.4; set ylabel\n",
                       page.literal(across, kTextSize - 1)) +
           page.upright_label(upward, box, kNameAway, kTextSize - 1);
  }
  return text + fmt::format("set xlabel {0} {2} offset 0,0.4; set ylabel {1} {2} offset 1.2,0\n",
                            page.literal(across), page.literal(upward), page.font(kNameSize));
}

/// An axis's name and the ends of its edge.
std::string edge_name(const Cube& cube, const std::vector<std::string>& names, std::size_t axis) {
  return fmt::format("{}: {:.1f} to {:.1f}", shortened(names[axis], kAxisNameWidth),
                     cube.middle[axis] - cube.half, cube.middle[axis] + cube.half);
}

/// The name of an edge, in the middle of it.
struct EdgeName {
  const char* middle;  ///< of the cube of side 2
  double right;        ///< offset, in characters
  double up;
  int turned;  ///< degrees
};

std::string cube_axes(const Cube& cube, const std::vector<std::string>& names, const Page& page) {
  // The lower right, lower left and left edges.
  constexpr std::array<EdgeName, 3> kEdges{
      {{"0,1,-1", 3.2, -1.1, 28}, {"1,0,-1", -2.4, -0.9, -15}, {"1,-1,0", -1.2, 0, 90}}};
  const double closer = page.is_latex() ? 0.6 : 1.0;
  std::string text = fmt::format(
      "unset border; unset tics; unset grid; unset xlabel; unset ylabel\n"
      "set xrange [{0}:{1}]; set yrange [{0}:{1}]\n"
      "middle_x = {2:.6g}; middle_y = {3:.6g}; middle_z = {4:.6g}; half = {5:.6g}\n",
      -kReach, kReach, cube.middle[0], cube.middle[1], cube.middle[2], cube.half);
  for (std::size_t i = 0; i < kEdges.size(); ++i) {
    const EdgeName& edge = kEdges.at(i);
    text += fmt::format(
        "set label {0} at cx({1}),cy({1}) center offset {2:g},{3:g} rotate by {4} {5} textcolor rgb "
        "'#222222'\n",
        page.literal(edge_name(cube, names, i), kTextSize - 3), edge.middle, closer * edge.right,
        closer * edge.up, edge.turned, page.font(kTextSize - 1));
  }
  return text;
}

/// Where a latent falls on the paper, as gnuplot's px and py have it.
void place_on_panel(Label& label, const double* at, std::size_t dimensions, const Cube& cube) {
  std::array<double, 3> unit{};
  for (std::size_t j = 0; j < dimensions; ++j) unit[j] = (at[j] - cube.middle[j]) / cube.half;
  if (dimensions == 2) {
    label.x = (unit[0] + 1) / 2;
    label.y = (unit[1] + 1) / 2;
    label.place = fmt::format("{:.5g},{:.5g}", at[0], at[1]);
    return;
  }
  constexpr double kRadians = 3.14159265358979 / 180;
  const double azimuth = kAzimuth * kRadians;
  const double elevation = kElevation * kRadians;
  const double x = -std::sin(azimuth) * unit[0] + std::cos(azimuth) * unit[1];
  const double deep = std::cos(azimuth) * unit[0] + std::sin(azimuth) * unit[1];
  const double y = -std::sin(elevation) * deep + std::cos(elevation) * unit[2];
  label.x = (x / kReach + 1) / 2;
  label.y = (y / kReach + 1) / 2;
  label.place =
      fmt::format("px({0:.5g},{1:.5g},{2:.5g}),py({0:.5g},{1:.5g},{2:.5g})", at[0], at[1], at[2]);
}

/// How large names are, in points.
struct NameSize {
  double height = 12;
  double character = 7.2;
  double rim = 1.2;  ///< of white, so that they can be read where points are dense
};
constexpr NameSize kNameSizeInLatex{8.5, 4.4, 0.6};

/// How far the middles of two names have to be apart that stand beside each other.
double width_of(const Label& one, const Label& other, const NameSize& size, double side) {
  return static_cast<double>(characters_in(one.text) + characters_in(other.text)) * size.character /
         2 / side;
}

/// Of very many names those that cover none before them: the others would hide the points.
std::vector<Label> without_covered(const std::vector<Label>& labels, const NameSize& size,
                                   double side) {
  std::vector<Label> kept;
  for (const Label& label : labels) {
    const bool covers = std::any_of(kept.begin(), kept.end(), [&](const Label& other) {
      return std::abs(label.x - other.x) < width_of(label, other, size, side) &&
             std::abs(label.y - other.y) < size.height / side;
    });
    if (!covers) kept.push_back(label);
    if (kept.size() == kMostLatentNames) break;
  }
  return kept;
}

/// Pushes names that cover each other apart, up and down, until none does or patience ends.
void spread(std::vector<Label>& labels, const NameSize& size, double side) {
  constexpr int kRounds = 200;
  const double height = size.height / side;
  for (int round = 0; round < kRounds; ++round) {
    bool moved = false;
    for (std::size_t i = 0; i < labels.size(); ++i) {
      for (std::size_t j = i + 1; j < labels.size(); ++j) {
        const double width = width_of(labels[i], labels[j], size, side);
        const double apart = labels[j].y + labels[j].up - labels[i].y - labels[i].up;
        if (std::abs(labels[i].x - labels[j].x) >= width || std::abs(apart) >= height) continue;
        const double push = (height - std::abs(apart)) / 2 + height / 50;
        labels[i].up += apart >= 0 ? -push : push;
        labels[j].up += apart >= 0 ? push : -push;
        moved = true;
      }
    }
    if (!moved) return;
  }
}

}  // namespace

Cube cube_around(const std::vector<double>& values, std::size_t dimensions) {
  constexpr double kAir = 1.06;
  constexpr double kLeastHalf = 1e-6;
  Cube cube;
  double half = kLeastHalf;
  for (std::size_t j = 0; j < dimensions; ++j) {
    double lowest = std::numeric_limits<double>::infinity();
    double highest = -lowest;
    for (std::size_t i = j; i < values.size(); i += dimensions) {
      lowest = std::min(lowest, values[i]);
      highest = std::max(highest, values[i]);
    }
    if (lowest > highest) continue;
    cube.middle[j] = (lowest + highest) / 2;
    half = std::max(half, (highest - lowest) / 2);
  }
  cube.half = half * kAir;
  return cube;
}

std::string projection(std::size_t dimensions) {
  if (dimensions == 2) return "px(x,y) = x\npy(x,y) = y\n";
  return "# Where the cube is seen from: turn it here. cx and cy put the cube of side 2 around "
         "the\n"
         "# origin onto the paper, px and py a latent.\n"
         "azimuth = " +
         fmt::format("{} * pi / 180\nelevation = {} * pi / 180\n", kAzimuth, kElevation) +
         "cx(u,v,w) = -sin(azimuth) * u + cos(azimuth) * v\n"
         "cy(u,v,w) = -sin(elevation) * (cos(azimuth) * u + sin(azimuth) * v) + "
         "cos(elevation) * w\n"
         "px(x,y,z) = cx((x - middle_x) / half, (y - middle_y) / half, (z - middle_z) / half)\n"
         "py(x,y,z) = cy((x - middle_x) / half, (y - middle_y) / half, (z - middle_z) / half)\n";
}

std::string latent_axes(const Page& page, const Box& box, const Cube& cube,
                        const std::vector<std::string>& names) {
  return page.margins(box) +
         (names.size() == 2 ? flat_axes(cube, names, page, box) : cube_axes(cube, names, page));
}

std::string cube_edges() {
  std::string text = "$edges << EOD\n";
  for (const int a : {-1, 1}) {
    for (const int b : {-1, 1}) {
      text += fmt::format("-1 {0} {1}\n1 {0} {1}\n\n{0} -1 {1}\n{0} 1 {1}\n\n", a, b);
      text += fmt::format("{0} {1} -1\n{0} {1} 1\n\n", a, b);
    }
  }
  return text + "EOD\n";
}

std::string latent_labels(const std::vector<std::string>& names, const std::vector<double>& places,
                          std::size_t dimensions, const Cube& cube, const Box& box,
                          const Page& page) {
  const NameSize room = page.is_latex() ? kNameSizeInLatex : NameSize();
  std::vector<Label> labels;
  for (std::size_t k = 0; k < names.size(); ++k) {
    const double* at = &places[k * dimensions];
    if (!std::all_of(at, at + dimensions, [](double value) { return std::isfinite(value); })) {
      continue;
    }
    labels.emplace_back();
    labels.back().text = shortened(names[k], kLabelWidth);
    place_on_panel(labels.back(), at, dimensions, cube);
  }
  if (labels.size() > kMostLatentNames) labels = without_covered(labels, room, box.width);
  spread(labels, room, box.width);
  std::string lines;
  for (const Label& label : labels) {
    const double size = characters_in(label.text) > 2 ? 9.5 : 12;
    const auto add = [&](double right, double up, const char* colour) {
      lines += fmt::format(
          "set label {} at {} center front offset graph {:.4f},graph {:.4f} {} textcolor rgb "
          "'{}'\n",
          page.literal(label.text, kTextSize - 1, true), label.place, right / box.width,
          label.up + up / box.height, page.font(size, true), colour);
    };
    // A white rim, as boxes around labels don't come out alike in all three formats.
    for (const double right : {-room.rim, 0.0, room.rim}) {
      for (const double up : {-room.rim, 0.0, room.rim}) add(right, up, "#FFFFFF");
    }
    add(0, 0, kInk);
  }
  return lines;
}

std::string latent_points(const std::string& block, std::size_t dimensions) {
  constexpr const char* kLooks = "with points pointtype 7 pointsize 0.24 linecolor rgb variable";
  if (dimensions == 2) return fmt::format("plot {} using 1:2:3 {} notitle\n", block, kLooks);
  return fmt::format(
      "plot $edges using (cx($1,$2,$3)):(cy($1,$2,$3)) with lines linewidth 0.6 linecolor rgb "
      "'#BBBBBB' notitle, \\\n"
      "     {} using (px($1,$2,$3)):(py($1,$2,$3)):4 {} notitle\n",
      block, kLooks);
}

}  // namespace clvae::report
