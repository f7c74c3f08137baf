#include "core/kind.hpp"

namespace clvae {

std::string_view name_of(Kind kind) {
  switch (kind) {
    case Kind::clvae:
      return "clvae";
    case Kind::vae:
      return "vae";
    case Kind::cnn:
      return "cnn";
    case Kind::pca:
      return "pca";
  }
  return "unknown";
}

std::string_view title_of(Kind kind) {
  switch (kind) {
    case Kind::clvae:
      return "CL-VAE";
    case Kind::vae:
      return "VAE";
    case Kind::cnn:
      return "CNN";
    case Kind::pca:
      return "PCA";
  }
  return "unknown";
}

std::optional<Kind> kind_named(std::string_view name) {
  for (const Kind kind : kKinds) {
    if (name_of(kind) == name) return kind;
  }
  return std::nullopt;
}

}  // namespace clvae
