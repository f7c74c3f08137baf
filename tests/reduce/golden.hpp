#pragma once
// Values made by the scripts in tests/golden.

#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

namespace clvae::reduce {

inline nlohmann::json golden(const std::string& name) {
  std::ifstream file(std::string(CLVAE_SOURCE_DIR) + "/tests/golden/" + name);
  return nlohmann::json::parse(file);
}

}  // namespace clvae::reduce
