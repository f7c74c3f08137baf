#include <algorithm>

#include "clvae/core/errors.hpp"
#include "methods/list.hpp"
#include "methods/method.hpp"

namespace clvae::methods {

static_assert(kMethods.size() == kKindTable.size());

const Method& method_of(Kind kind) {
  for (const auto& method : kMethods) {
    if (method().kind() == kind) return method();
  }
  throw RunError("a kind of member has no method");
}

std::vector<const Method*> methods_of(const config::Config& config) {
  std::vector<const Method*> methods;
  for (const KindEntry& entry : kKindTable) {
    const auto& wanted = config.ensemble.methods;
    if (std::find(wanted.begin(), wanted.end(), entry.name) == wanted.end()) continue;
    methods.push_back(&method_of(entry.kind));
  }
  return methods;
}

}  // namespace clvae::methods
