#pragma once
/// \file
/// As much of XML as it takes to see that a figure is well-formed, and what is written in it.

#include <map>
#include <stdexcept>
#include <string>
#include <vector>

namespace clvae::report {

/// A text with the entities that XML knows, and one by number, replaced. \throws std::runtime_error
/// for another, or for an ampersand that begins none
inline std::string without_entities(const std::string& text) {
  const std::map<std::string, char> entities = {{"amp", '&'},  {"lt", '<'},    {"gt", '>'},
                                                {"quot", '"'}, {"apos", '\''}, {"#39", '\''}};
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '&') {
      plain += text[i];
      continue;
    }
    const std::size_t end = text.find(';', i);
    const auto entity = entities.find(text.substr(i + 1, end - i - 1));
    if (end == std::string::npos || entity == entities.end()) throw std::runtime_error("a bare &");
    plain += entity->second;
    i = end;
  }
  return plain;
}

/// What stands between the tags, outer spaces cut off. \throws std::runtime_error where a tag has
/// no end or closes another than the last that was opened
inline std::vector<std::string> texts_of_xml(const std::string& xml) {
  std::vector<std::string> open;
  std::vector<std::string> texts;
  std::size_t begin = xml.find('<');
  while (begin != std::string::npos) {
    const std::size_t end = xml.find('>', begin);
    if (end == std::string::npos) throw std::runtime_error("a tag without an end");
    const std::string tag = xml.substr(begin + 1, end - begin - 1);
    const std::string name = tag.substr(0, tag.find_first_of(" \t\r\n/", 1));
    if (tag[0] == '/') {
      if (open.empty() || "/" + open.back() != tag) throw std::runtime_error("unexpected " + tag);
      open.pop_back();
    } else if (tag[0] != '?' && tag[0] != '!' && tag.back() != '/') {
      open.push_back(name);
    }
    begin = xml.find('<', end);
    const std::string text = without_entities(xml.substr(end + 1, begin - end - 1));
    const std::size_t first = text.find_first_not_of(" \t\r\n");
    if (first != std::string::npos) {
      texts.push_back(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
    }
  }
  if (!open.empty()) throw std::runtime_error("never closed: " + open.back());
  return texts;
}

}  // namespace clvae::report
