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
};

inline constexpr std::array<Kind, 1> kKinds{Kind::clvae};

/// The name used in configs, run files and tables.
std::string_view name_of(Kind kind);

/// The kind of that name, if there is one.
std::optional<Kind> kind_named(std::string_view name);

}  // namespace clvae
