#pragma once
/// \file
/// Where the panels of a figure stand that are all of one size.

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "report/page.hpp"

namespace clvae::report {

/// Room for what stands around the panels, in points, and their size where a figure is a file of
/// its own.
struct PanelRoom {
  double top;                    ///< heading, and titles of the first panels
  double left;                   ///< edge to y axis
  double gap;                    ///< between panels, with the tick labels of the right one
  double right;                  ///< to the other edge
  double below;                  ///< axis title of one panel to the top of the next
  double foot;                   ///< axis title of the last panel to the edge
  double height;                 ///< of a panel
  std::array<double, 3> widths;  ///< of a panel, where one, two or three stand abreast
};

/// As many panels abreast as there is room for.
class PanelGrid {
 public:
  /// \param titles of the panels, at least one
  PanelGrid(const std::vector<std::string>& titles, const PanelRoom& room, const Medium& medium);

  Box panel(std::size_t index) const;
  bool leftmost(std::size_t index) const { return index % columns_ == 0; }
  Page page() const;
  double left() const { return room_.left; }
  /// A panel's title in as many lines as it needs in its column.
  std::vector<std::string> title_lines(const std::string& title) const;
  /// The title of a panel above its box, and a quieter line below it, which may be empty.
  std::string heading(const std::string& title, const std::string& subtitle, const Box& box,
                      const Page& page) const;
  /// Steps that have room for their numbers along an axis.
  std::size_t most_ticks() const;

  static constexpr std::size_t kTitleWidth = 34;

 private:
  void fit_into(double width);
  void make_room_for_titles(const std::vector<std::string>& titles);

  Medium medium_;
  PanelRoom room_;
  std::size_t panels_;
  std::size_t columns_ = 1;
  double plot_width_ = 0;
  double height_ = 0;
};

}  // namespace clvae::report
