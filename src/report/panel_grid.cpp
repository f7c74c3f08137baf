#include "report/panel_grid.hpp"

#include <algorithm>

#include "report/text.hpp"

namespace clvae::report {

namespace {

constexpr double kTitleLine = 10;  ///< in LaTeX

/// Headings are left to the caption there, and texts are smaller.
PanelRoom room_in_latex() { return {40, 34, 28, 4, 60, 32, 0, {}}; }

}  // namespace

PanelGrid::PanelGrid(const std::vector<std::string>& titles, const PanelRoom& room,
                     const Medium& medium)
    : medium_(medium),
      room_(medium.is_latex() ? room_in_latex() : room),
      panels_(titles.size()),
      height_(room.height) {
  if (medium.is_latex()) {
    fit_into(medium.width());
    make_room_for_titles(titles);
    return;
  }
  columns_ = panels_ == 4 ? 2 : std::min(panels_, room.widths.size());
  plot_width_ = room.widths.at(columns_ - 1);
}

Box PanelGrid::panel(std::size_t index) const {
  const std::size_t row = index / columns_;
  const std::size_t column = index % columns_;
  return {room_.left + static_cast<double>(column) * (plot_width_ + room_.gap),
          room_.top + static_cast<double>(row) * (height_ + room_.below), plot_width_, height_};
}

Page PanelGrid::page() const {
  const Box last = panel(panels_ - 1);
  return {room_.left + static_cast<double>(columns_) * (plot_width_ + room_.gap) - room_.gap +
              room_.right,
          last.top + height_ + room_.foot, medium_.is_latex()};
}

std::vector<std::string> PanelGrid::title_lines(const std::string& title) const {
  if (!medium_.is_latex()) return {shortened(title, kTitleWidth)};
  return wrapped(shortened(title, kTitleWidth),
                 characters_within(plot_width_ + 6, kSmallCharacterInLatex));
}

std::string PanelGrid::heading(const std::string& title, const std::string& subtitle,
                               const Box& box, const Page& page) const {
  const bool is_latex = page.is_latex();
  const std::vector<std::string> lines = title_lines(title);
  std::string text;
  double top = box.top - (is_latex ? 17 : 30) - kTitleLine * static_cast<double>(lines.size() - 1);
  for (const std::string& line : lines) {
    text += page.label(line, box.left, top, is_latex ? kTextSize - 1 : 12, kInk);
    top += kTitleLine;
  }
  if (!subtitle.empty()) {
    text += page.label(subtitle, box.left, box.top - (is_latex ? 7 : 13), kTextSize - 1, kQuietInk);
  }
  return text;
}

std::size_t PanelGrid::most_ticks() const {
  constexpr double kWidthOfTick = 26;
  return characters_within(plot_width_, kWidthOfTick);
}

void PanelGrid::fit_into(double width) {
  constexpr double kLeastWidth = 76;
  constexpr std::size_t kMostAbreast = 4;
  const double inside = width - room_.left - room_.right;
  const auto fitting =
      static_cast<std::size_t>(std::max(1.0, (inside + room_.gap) / (kLeastWidth + room_.gap)));
  columns_ = std::min({panels_, kMostAbreast, fitting});
  const auto gaps = static_cast<double>(columns_ - 1);
  plot_width_ = (inside - gaps * room_.gap) / static_cast<double>(columns_);
  height_ = std::clamp(plot_width_ / 2, 64.0, 110.0);
}

void PanelGrid::make_room_for_titles(const std::vector<std::string>& titles) {
  std::size_t most = 1;
  for (const std::string& title : titles) most = std::max(most, title_lines(title).size());
  room_.top += kTitleLine * static_cast<double>(most - 1);
  room_.below += kTitleLine * static_cast<double>(most - 1);
}

}  // namespace clvae::report
