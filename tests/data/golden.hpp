#pragma once
// Values made by the scripts in tests/golden.

#include <fstream>
#include <string>

#include <nlohmann/json.hpp>

#include "data/files.hpp"

namespace clvae::data {

inline nlohmann::json golden(const std::string& name) {
  std::ifstream file(std::string(CLVAE_SOURCE_DIR) + "/tests/golden/" + name);
  return nlohmann::json::parse(file);
}

inline Bytes from_hex(const std::string& digits) {
  Bytes bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes.push_back(static_cast<std::uint8_t>(std::stoul(digits.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

}  // namespace clvae::data
