#include "core/kind.hpp"

namespace clvae {

std::optional<Kind> kind_named(std::string_view name) {
  for (const KindEntry& entry : kKindTable) {
    if (entry.name == name) return entry.kind;
  }
  return std::nullopt;
}

}  // namespace clvae
