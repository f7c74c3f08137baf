#pragma once
/// \file
/// The settings that a sweep tries: every combination of some values of some keys.

#include <cstddef>
#include <string>
#include <vector>

namespace clvae::run {

/// The option that names them, for errors.
inline constexpr const char* kOverOption = "--over";

/// A key of which several values are tried.
struct GridKey {
  std::string key;                  ///< dotted
  std::vector<std::string> values;  ///< as the config has them
};

/// One combination.
struct GridPoint {
  std::vector<std::string> values;     ///< [keys]
  std::vector<std::string> overrides;  ///< "key=value"
  /// Of a folder: "model.latent_dim=2,training.alpha=0.1", the same whatever else is tried. Empty
  /// where there are no keys.
  std::string name;
};

struct Grid {
  std::vector<GridKey> keys;  ///< in the order of the config
  /// Every combination, the last key changing first; a single one without values where there are
  /// no keys.
  std::vector<GridPoint> points() const;
};

/// \param over texts "KEY=VALUE,VALUE,..."; commas within brackets, braces or quotes are a value's
/// \throws ConfigError naming the key, for one that there is not, or a value it can't have;
///   UsageError where a key or a value comes twice, or a key is the sweep's own
Grid grid_of(const std::vector<std::string>& over);

}  // namespace clvae::run
