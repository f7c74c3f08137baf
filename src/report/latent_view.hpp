#pragma once
/// \file
/// One cloud of latents as a gnuplot panel: flat for two coordinates, a cube seen from above its
/// nearest edge for three.

#include <array>
#include <cstddef>
#include <string>
#include <vector>

#include "report/page.hpp"

namespace clvae::report {

/// The part of the latent space that is drawn, as wide in all directions.
struct Cube {
  std::array<double, 3> middle{};
  double half = 1;
};

/// The smallest cube, with a little air, that holds all points. \param values [n, dimensions]
Cube cube_around(const std::vector<double>& values, std::size_t dimensions);

/// Definitions for all panels: `px` and `py`, which put a latent onto the paper.
std::string projection(std::size_t dimensions);

/// Axes of one panel in its box.
std::string latent_axes(const Page& page, const Box& box, const Cube& cube,
                        const std::vector<std::string>& names);

/// The data block with the cube's edges that panels with three coordinates draw first.
std::string cube_edges();

/// More names than these would hide what they name.
inline constexpr std::size_t kMostLatentNames = 40;

/// The classes' names at their places in the latent space, moved up or down a little where they
/// would cover each other; of more than kMostLatentNames as many as have room. \param places
/// [names, dimensions]; one that isn't finite has no name
std::string latent_labels(const std::vector<std::string>& names, const std::vector<double>& places,
                          std::size_t dimensions, const Cube& cube, const Box& box,
                          const Page& page);

/// The plot of a data block of coordinates and a colour, after the cube's edges.
std::string latent_points(const std::string& block, std::size_t dimensions);

}  // namespace clvae::report
