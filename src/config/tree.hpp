#pragma once
/// \file
/// A YAML text as a plain tree with line numbers. Only the part of YAML that a config needs is let
/// through: no anchors, aliases, or tags, and one document.

#include <string>
#include <vector>

namespace clvae::config {

/// One value of the text.
struct Node {
  enum class Form { nothing, scalar, list, mapping };
  Form form = Form::nothing;
  int line = 0;              ///< from 1
  bool plain = true;         ///< a scalar without quotes
  std::string text;          ///< of a scalar
  std::vector<Node> keys;    ///< of a mapping, scalars, in the order of `values`
  std::vector<Node> values;  ///< of a list or mapping
};

/// Parses a text. Time and memory are bounded by its length, depth by a constant.
/// \throws ConfigError for a syntax error, more than one document, anchors, aliases, tags, keys
/// that
///   are no scalars, a text that is empty, not UTF-8, or has control characters
Node parse_tree(const std::string& text, const std::string& file);

/// A value for an error message, on one line: `"12abc"`, "a list", "nothing".
std::string shown(const Node& node);

/// Text in double quotes for an error message: one line, shortened where it is long.
std::string quoted(const std::string& text);

}  // namespace clvae::config
