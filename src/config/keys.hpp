#pragma once
/// \file
/// The one table of keys. Loading, checking, describing, writing and comparing configs walk over
/// it, so that a key is added or changed in one place.

#include <functional>
#include <string>
#include <vector>

#include "config/config.hpp"
#include "config/values.hpp"

namespace clvae::config {

/// How a value is read from the text into the config, and written from the config as YAML.
struct Rule {
  std::string type;
  std::string allowed;
  std::function<void(const Given&, Config&)> read;
  std::function<std::string(const Config&)> write;
};

struct Key {
  std::string name;  ///< dotted
  KeyClass key_class = KeyClass::identity;
  std::string unit;
  Rule rule;
  std::string effect;
  bool required = false;
};

/// In the order in which they are written; the keys of one section stand together.
const std::vector<Key>& all_keys();

/// The key of that dotted name, or nullptr.
const Key* find_key(const std::string& name);

/// Whether keys begin with `name` and a dot.
bool is_section(const std::string& name);

/// The names that may follow `section` and a dot, or stand at the top where it is empty.
std::vector<std::string> names_in(const std::string& section);

/// Refuses combinations of values that are each allowed on their own.
/// \param place of one key, as it was set last \throws ConfigError that names both keys
void check_together(const Config& config,
                    const std::function<ConfigError::Place(const std::string& key)>& place);

}  // namespace clvae::config
