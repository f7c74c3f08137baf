#include "run/grid.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "config/config.hpp"
#include "core/digest.hpp"

namespace clvae::run {

namespace {

/// The pieces between commas that stand in no brackets, braces or quotes.
std::vector<std::string> values_in(const std::string& text) {
  std::vector<std::string> values(1);
  int depth = 0;
  char quote = 0;
  for (const char letter : text) {
    if (quote != 0) {
      if (letter == quote) quote = 0;
    } else if (letter == '\'' || letter == '"') {
      quote = letter;
    } else if (letter == '[' || letter == '{') {
      ++depth;
    } else if (letter == ']' || letter == '}') {
      --depth;
    } else if (letter == ',' && depth == 0) {
      values.emplace_back();
      continue;
    }
    values.back() += letter;
  }
  return values;
}

/// Keys that a sweep sets itself.
void require_free(const std::string& key) {
  const auto refuse = [&](const char* reason) {
    throw UsageError(fmt::format("{} {}: {}", kOverOption, key, reason));
  };
  if (key == "output") refuse("each run has a folder of its own below --output");
  if (key == "dataset.outlier_classes") refuse("--outliers says which classes are anomalous");
  if (key == "dataset.excluded_classes") {
    refuse("the same classes are excluded from all runs: --set dataset.excluded_classes=...");
  }
}

GridKey key_in(const std::string& text) {
  const std::size_t equals = text.find('=');
  if (equals == std::string::npos || equals == 0) {
    throw UsageError(
        fmt::format("{}: found \"{}\"; expected KEY=VALUE,VALUE,..., e.g. "
                    "model.latent_dim=2,3,8",
                    kOverOption, text));
  }
  GridKey key{text.substr(0, equals), {}};
  require_free(key.key);
  for (const std::string& value : values_in(text.substr(equals + 1))) {
    const std::string canonical = config::canonical_value(key.key, value, kOverOption);
    if (std::find(key.values.begin(), key.values.end(), canonical) != key.values.end()) {
      throw UsageError(fmt::format("{} {}: found the value {} twice; expected each once",
                                   kOverOption, key.key, canonical));
    }
    key.values.push_back(canonical);
  }
  return key;
}

/// The value in letters, digits and a few signs that no shell and no file system minds. A text that
/// other values could be written as too, or that is long, ends with a checksum of the value.
std::string folder_word(const std::string& value) {
  constexpr std::size_t kLongest = 40;
  constexpr std::size_t kDigits = 8;
  const bool is_list_of_numbers = value.size() > 2 && value.front() == '[' && value.back() == ']' &&
                                  value.find_first_not_of("[]0123456789, ") == std::string::npos;
  std::string word;
  bool is_whole = true;
  for (const char letter : value) {
    const auto byte = static_cast<unsigned char>(letter);
    const bool is_plain = byte < 0x80 && (std::isalnum(byte) != 0 || letter == '.' ||
                                          letter == '_' || letter == '-' || letter == '+');
    if (is_plain) {
      word += letter;
    } else {
      is_whole = is_whole && is_list_of_numbers;
      if (!word.empty() && word.back() != '-') word += '-';
    }
  }
  while (!word.empty() && word.back() == '-') word.pop_back();
  if (is_whole && word.size() <= kLongest && !word.empty()) return word;
  return fmt::format("{}~{}", word.substr(0, kLongest),
                     Digest().add(value).hex128().substr(0, kDigits));
}

/// The position of each key in the config.
std::size_t place_of(const std::string& key) {
  const std::vector<config::KeyDescription> keys = config::describe_keys();
  const auto found =
      std::find_if(keys.begin(), keys.end(),
                   [&](const config::KeyDescription& described) { return described.key == key; });
  return static_cast<std::size_t>(found - keys.begin());
}

}  // namespace

std::vector<GridPoint> Grid::points() const {
  std::vector<GridPoint> points(1);
  for (const GridKey& key : keys) {
    std::vector<GridPoint> finer;
    for (const GridPoint& point : points) {
      for (const std::string& value : key.values) {
        GridPoint made = point;
        made.values.push_back(value);
        made.overrides.push_back(key.key + "=" + value);
        made.name +=
            fmt::format("{}{}={}", made.name.empty() ? "" : ",", key.key, folder_word(value));
        finer.push_back(std::move(made));
      }
    }
    points = std::move(finer);
  }
  return points;
}

Grid grid_of(const std::vector<std::string>& over) {
  Grid grid;
  for (const std::string& text : over) {
    GridKey key = key_in(text);
    for (const GridKey& known : grid.keys) {
      if (known.key != key.key) continue;
      throw UsageError(
          fmt::format("{}: found {} twice; expected each key once", kOverOption, key.key));
    }
    grid.keys.push_back(std::move(key));
  }
  constexpr std::size_t kMostPoints = 10'000;
  std::size_t points = 1;
  for (const GridKey& key : grid.keys) {
    if (key.values.size() > kMostPoints / points) {
      throw UsageError(fmt::format("{}: found more than {} combinations; expected fewer",
                                   kOverOption, kMostPoints));
    }
    points *= key.values.size();
  }
  std::sort(grid.keys.begin(), grid.keys.end(),
            [](const GridKey& a, const GridKey& b) { return place_of(a.key) < place_of(b.key); });
  return grid;
}

}  // namespace clvae::run
