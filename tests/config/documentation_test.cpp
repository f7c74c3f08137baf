// configs/README.md and the configs that are shipped, held in step with the table of keys.

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <gmock/gmock.h>

#include "config/config.hpp"

namespace clvae::config {
namespace {

const std::string kFolder = std::string(CLVAE_SOURCE_DIR) + "/configs";

std::string name_of(KeyClass key_class) {
  switch (key_class) {
    case KeyClass::identity:
      return "identity";
    case KeyClass::execution:
      return "execution";
    case KeyClass::reduction:
      return "reduction";
  }
  return "";
}

/// The rows of the table as they have to stand in the README.
std::vector<std::string> expected_rows() {
  std::vector<std::string> rows;
  for (const KeyDescription& key : describe_keys()) {
    const std::string default_value =
        key.default_value == "required" ? "required" : "`" + key.default_value + "`";
    rows.push_back("| `" + key.key + "` | " + key.type + " | " + default_value + " | " + key.unit +
                   " | " + key.allowed + " | " + key.effect + " | " + name_of(key.key_class) +
                   " |");
  }
  return rows;
}

/// The rows of all tables whose first cell is code.
std::vector<std::string> rows_of(const std::string& text) {
  std::vector<std::string> rows;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (line.compare(0, 3, "| `") == 0) rows.push_back(line);
  }
  return rows;
}

std::vector<std::string> shipped_configs() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".yaml") paths.push_back(entry.path().string());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

TEST(Readme, has_the_table_of_keys_when_it_is_up_to_date) {
  const std::vector<std::string> expected = expected_rows();
  std::string table;
  for (const std::string& row : expected) table += row + "\n";

  EXPECT_EQ(rows_of(read_text(kFolder + "/README.md")), expected)
      << "the table in configs/README.md has to read:\n"
      << table;
}

TEST(ShippedConfigs, load_when_they_are_taken_as_they_stand) {
  EXPECT_GE(shipped_configs().size(), 4U);
  for (const std::string& path : shipped_configs()) EXPECT_NO_THROW(load(path)) << path;
}

TEST(ShippedConfigs, are_named_in_the_readme_when_there_are_any) {
  const std::string readme = read_text(kFolder + "/README.md");
  for (const std::string& path : shipped_configs()) {
    EXPECT_THAT(readme, testing::HasSubstr(std::filesystem::path(path).filename().string()));
  }
}

}  // namespace
}  // namespace clvae::config
