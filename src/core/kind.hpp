#pragma once
/// \file
/// The kinds of models that an ensemble can have members of: what rooms below `methods` say of
/// them, in one table. What a member of a kind is and does is told by `methods::Method`.

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace clvae {

/// What a member is. Its number stands in messages, and orders the kinds in run files and tables.
enum class Kind : int {
  clvae,  ///< Conditional Latent-space VAE
  vae,    ///< plain VAE: one prior for all classes
  cnn,    ///< classifier of the inlier classes
  pca,    ///< one probabilistic PCA for each inlier class
};

/// What is said of a kind.
struct KindEntry {
  Kind kind;
  const char* name;         ///< used in configs, run files and tables
  const char* title;        ///< for people
  const char* meaning;      ///< of its members, in the run file
  const char* explanation;  ///< of the name, in the help on `ensemble.methods`
  const char* duration;     ///< of a member, in the same help; empty: what others are compared with
  /// Whether members differ by their seeds; else one is all there is, and it has no size to set.
  bool is_random;
  const char* size_help;   ///< goes on from "Members of kind NAME", in the help on its size
  bool needs_all_samples;  ///< at once, and in memory
};

/// Every kind, in the order of its number.
inline constexpr std::array<KindEntry, 4> kKindTable{{
    {Kind::clvae, "clvae", "CL-VAE", "Conditional Latent-space VAEs", "the CL-VAE", "", true,
     ", where they are to be more or fewer than those of the other kinds.", false},
    {Kind::vae, "vae", "VAE", "plain VAEs", "the same networks with one prior for all classes",
     "a vae takes as long as a clvae", true,
     "; fewer save most where only the other kinds gain from merging.", false},
    {Kind::cnn, "cnn", "CNN", "classifiers with the encoder's layers (CNN)",
     "the encoder's layers as a classifier", "a cnn about a sixth", true,
     ", which take about a sixth of a clvae member's time each.", false},
    {Kind::pca, "pca", "PCA", "probabilistic PCA of each inlier class",
     "a probabilistic PCA for each class, of which one member is all there is",
     "the pca seconds on MNIST and a minute on CIFAR-10", false, "", true},
}};

/// The kind by whose members new samples are scored, and which is exported.
inline constexpr Kind kScoringKind = Kind::clvae;

constexpr const KindEntry& entry_of(Kind kind) {
  return kKindTable[static_cast<std::size_t>(kind)];  // NOLINT: a bad number is no kind
}

/// Whether members of the kind differ by their seeds; else one is all there is.
constexpr bool is_random(Kind kind) { return entry_of(kind).is_random; }

/// The name used in configs, run files and tables.
constexpr std::string_view name_of(Kind kind) { return entry_of(kind).name; }

/// The name for people, e.g. "CL-VAE".
constexpr std::string_view title_of(Kind kind) { return entry_of(kind).title; }

/// The kind of that name, if there is one.
std::optional<Kind> kind_named(std::string_view name);

}  // namespace clvae
