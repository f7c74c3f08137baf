#include <map>
#include <utility>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "config/config.hpp"
#include "config/keys.hpp"
#include "config/tree.hpp"
#include "core/nearest.hpp"

namespace clvae::config {

namespace {

constexpr const char* kOverrides = "--set";

std::string type_and_range(const Key& key) {
  return fmt::format("{}, {}", key.rule.type, key.rule.allowed);
}

/// The key that was probably meant: in the section itself, or else, for a key that was put into the
/// wrong section, anywhere.
std::string suggestion_for(const std::string& section, const std::string& name) {
  const std::string in_section = did_you_mean(name, names_in(section));
  if (!in_section.empty()) return in_section;
  std::vector<std::string> dotted;
  for (const Key& key : all_keys()) {
    const std::string last = key.name.substr(key.name.rfind('.') + 1);
    if (last == name) return did_you_mean(key.name, {key.name});
    dotted.push_back(key.name);
  }
  return did_you_mean(section.empty() ? name : section + "." + name, dotted);
}

/// \param place of the key `name` in `section`
[[noreturn]] void refuse_unknown(ConfigError::Place place, const std::string& section,
                                 const std::string& name) {
  // A message is one line, whatever was given as a name.
  constexpr const char* kOrdinary =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.";
  constexpr std::size_t kLongest = 60;
  const bool is_ordinary =
      name.find_first_not_of(kOrdinary) == std::string::npos && name.size() <= kLongest;
  if (!is_ordinary) place.key = section;
  throw ConfigError(
      std::move(place),
      fmt::format("the unknown key {}{}", quoted(name), suggestion_for(section, name)),
      joined(names_in(section)));
}

/// The values of one text, put into a config one by one.
class Loader {
 public:
  explicit Loader(std::string file) : file_(std::move(file)) {}

  void take_text(const std::string& text) {
    const Node root = parse_tree(text, file_);
    take_section(root, "", {file_, root.line, ""});
  }

  void take_override(const std::string& text) {
    const std::size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    if (name.empty() || equals == std::string::npos) {
      throw ConfigError({kOverrides, 0, ""}, quoted(text), "KEY=VALUE, e.g. training.epochs=4");
    }
    try {
      take_override_value(name, text.substr(equals + 1));
    } catch (const ConfigError& error) {
      // What is wrong with the value alone would not tell which of several overrides it is.
      throw ConfigError({kOverrides, 0, error.place().key},
                        fmt::format("{} in {}", error.found(), quoted(text)), error.allowed());
    }
  }

  /// Lets keys that a run file's config lacks mean what they did when it was written.
  void complete_stored() {
    if (places_.count("dataset.image.reading") == 0) {
      config_.dataset.image.reading = kLegacyImageReading;
    }
  }

  const Config& unchecked() const { return config_; }

  Config checked() const {
    for (const Key& key : all_keys()) {
      if (key.required && places_.count(key.name) == 0) {
        throw ConfigError({file_, 0, key.name}, "nothing", type_and_range(key) + " (required)");
      }
    }
    check_together(config_, [this](const std::string& key) {
      const auto found = places_.find(key);
      return found == places_.end() ? ConfigError::Place{file_, 0, key} : found->second;
    });
    return config_;
  }

 private:
  void take_section(const Node& mapping, const std::string& section,
                    const ConfigError::Place& place) {
    if (mapping.form != Node::Form::mapping) {
      throw ConfigError(place, shown(mapping),
                        fmt::format("a mapping of {}", joined(names_in(section))));
    }
    std::map<std::string, int> lines;
    for (std::size_t i = 0; i < mapping.keys.size(); ++i) {
      const Node& name = mapping.keys[i];
      const std::string key = section.empty() ? name.text : section + "." + name.text;
      const auto [earlier, is_new] = lines.emplace(name.text, name.line);
      if (!is_new) {
        throw ConfigError({file_, name.line, key},
                          fmt::format("the key a second time, after line {}", earlier->second),
                          "each key once");
      }
      take_value(mapping.values[i], section, name.text, {file_, name.line, key});
    }
  }

  void take_value(const Node& value, const std::string& section, const std::string& name,
                  const ConfigError::Place& place) {
    const Key* key = find_key(place.key);
    if (name.find('.') != std::string::npos && key != nullptr) {
      throw ConfigError(place, "a dotted key", "keys indented below their section");
    }
    if (key != nullptr) {
      key->rule.read({value, place, type_and_range(*key)}, config_);
      places_[key->name] = place;
    } else if (is_section(place.key)) {
      take_section(value, place.key, place);
    } else {
      refuse_unknown(place, section, name);
    }
  }

  void take_override_value(const std::string& name, const std::string& text) {
    const Key* key = find_key(name);
    if (key == nullptr) return refuse_override(name);
    if (text.empty()) {
      throw ConfigError({kOverrides, 0, name}, "no value", type_and_range(*key));
    }
    const ConfigError::Place place{kOverrides, 0, name};
    Node value;
    try {
      value = parse_tree(text, kOverrides);
    } catch (const ConfigError& error) {
      throw ConfigError(place, error.found(), type_and_range(*key));
    }
    key->rule.read({value, place, type_and_range(*key)}, config_);
    places_[name] = place;
  }

  [[noreturn]] static void refuse_override(const std::string& name) {
    if (is_section(name)) {
      throw ConfigError({kOverrides, 0, name}, "a section",
                        fmt::format("one of its keys: {}", joined(names_in(name))));
    }
    std::string section = name;
    while (!section.empty() && !is_section(section)) {
      const std::size_t dot = section.rfind('.');
      section = dot == std::string::npos ? "" : section.substr(0, dot);
    }
    refuse_unknown({kOverrides, 0, name}, section,
                   section.empty() ? name : name.substr(section.size() + 1));
  }

  std::string file_;
  Config config_;
  std::map<std::string, ConfigError::Place> places_;
};

}  // namespace

Config parse(const std::string& text, const std::string& file,
             const std::vector<std::string>& overrides) {
  Loader loader(file);
  loader.take_text(text);
  for (const std::string& override_text : overrides) loader.take_override(override_text);
  return loader.checked();
}

Config parse_stored(const std::string& text, const std::string& file,
                    const std::vector<std::string>& overrides) {
  Loader loader(file);
  loader.take_text(text);
  loader.complete_stored();
  for (const std::string& override_text : overrides) loader.take_override(override_text);
  return loader.checked();
}

std::string canonical_value(const std::string& key, const std::string& text,
                            const std::string& option) {
  Loader loader("");
  try {
    loader.take_override(key + "=" + text);
  } catch (const ConfigError& error) {
    throw ConfigError({option, 0, error.place().key}, error.found(), error.allowed());
  }
  return find_key(key)->rule.write(loader.unchecked());
}

Config load(const std::string& path, const std::vector<std::string>& overrides) {
  return parse(read_text(path), path, overrides);
}

}  // namespace clvae::config
