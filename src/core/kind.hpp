#pragma once
/// \file
/// The kinds of models that an ensemble can have members of.

#include <array>
#include <optional>
#include <string_view>

namespace clvae {

/// What a member is. A method is a kind and a way to score it.
enum class Kind : int {
  clvae,  ///< Conditional Latent-space VAE
  vae,    ///< plain VAE: one prior for all classes
  cnn,    ///< classifier of the inlier classes
  pca,    ///< one probabilistic PCA for each inlier class
};

inline constexpr std::array<Kind, 4> kKinds{Kind::clvae, Kind::vae, Kind::cnn, Kind::pca};

/// Whether members of the kind pull each class to a centre of its own.
constexpr bool has_centres(Kind kind) { return kind == Kind::clvae; }

/// Whether members of the kind differ by their seeds; else one is all there is.
constexpr bool is_random(Kind kind) { return kind != Kind::pca; }

/// The name used in configs, run files and tables.
std::string_view name_of(Kind kind);

/// The name for people, e.g. "CL-VAE".
std::string_view title_of(Kind kind);

/// The kind of that name, if there is one.
std::optional<Kind> kind_named(std::string_view name);

}  // namespace clvae
