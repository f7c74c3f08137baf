#include <algorithm>

#include "config/config.hpp"
#include "config/keys.hpp"

namespace clvae::config {

namespace {

std::vector<std::string> components(const std::string& dotted) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  for (std::size_t dot = dotted.find('.'); dot != std::string::npos;
       dot = dotted.find('.', begin)) {
    parts.push_back(dotted.substr(begin, dot - begin));
    begin = dot + 1;
  }
  parts.push_back(dotted.substr(begin));
  return parts;
}

std::string indentation(std::size_t depth) { return std::string(2 * depth, ' '); }

}  // namespace

std::vector<KeyDescription> describe_keys() {
  const Config defaults;
  std::vector<KeyDescription> descriptions;
  for (const Key& key : all_keys()) {
    descriptions.push_back({key.name, key.key_class, key.rule.type, key.unit, key.rule.allowed,
                            key.effect, key.required ? "required" : key.rule.write(defaults)});
  }
  return descriptions;
}

std::string to_yaml(const Config& config) {
  std::string text;
  std::vector<std::string> open;  // sections whose headings are written and still hold
  for (const Key& key : all_keys()) {
    std::vector<std::string> path = components(key.name);
    const std::string name = path.back();
    path.pop_back();
    const auto common = std::mismatch(open.begin(), open.end(), path.begin(), path.end()).second;
    for (auto section = common; section != path.end(); ++section) {
      const auto depth = static_cast<std::size_t>(section - path.begin());
      text += indentation(depth) + *section + ":\n";
    }
    text += indentation(path.size()) + name + ": " + key.rule.write(config) + "\n";
    open = std::move(path);
  }
  return text;
}

std::vector<Difference> differences(const Config& stored, const Config& wanted,
                                    KeyClass key_class) {
  std::vector<Difference> found;
  for (const Key& key : all_keys()) {
    if (key.key_class != key_class) continue;
    // Numbers are written with all their digits, so equal texts are equal values.
    std::string before = key.rule.write(stored);
    std::string after = key.rule.write(wanted);
    if (before != after) found.push_back({key.name, std::move(before), std::move(after)});
  }
  return found;
}

}  // namespace clvae::config
