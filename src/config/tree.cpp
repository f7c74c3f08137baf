#include "config/tree.hpp"

#include <sstream>

#include <fmt/format.h>
#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "clvae/core/errors.hpp"
#include "config/text.hpp"

namespace clvae::config {

namespace {

// Far above what a config needs, far below what would hurt.
constexpr std::size_t kDeepest = 16;
constexpr std::size_t kMostValues = 20000;

/// Builds the tree from the parser's events. yaml-cpp's own nodes would keep only the last of
/// duplicate keys and would follow aliases.
class TreeBuilder final : public YAML::EventHandler {
 public:
  explicit TreeBuilder(const std::string& file) : file_(file) {}

  bool has_document() const { return documents_ > 0; }
  Node take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark& mark) override {
    if (++documents_ > 1) refuse(mark, "a second document", "one document");
  }
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    add(node(Node::Form::nothing, mark));
  }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t /*anchor*/) override {
    refuse(mark, "an alias (*)", "the value itself");
  }
  void OnAnchor(const YAML::Mark& mark, const std::string& name) override {
    refuse(mark, fmt::format("the anchor {}", quoted("&" + name)), "the value without an anchor");
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                const std::string& value) override {
    check_tag(mark, tag);
    Node scalar = node(Node::Form::scalar, mark);
    scalar.plain = tag != "!";  // what yaml-cpp puts for a quoted scalar
    scalar.text = value;
    add(std::move(scalar));
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                       YAML::EmitterStyle::value /*style*/) override {
    check_tag(mark, tag);
    open(node(Node::Form::list, mark));
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t /*anchor*/,
                  YAML::EmitterStyle::value /*style*/) override {
    check_tag(mark, tag);
    open(node(Node::Form::mapping, mark));
  }
  void OnMapEnd() override { close(); }

 private:
  [[noreturn]] void refuse(const YAML::Mark& mark, const std::string& found,
                           const std::string& allowed) const {
    throw ConfigError({file_, mark.line + 1, ""}, found, allowed);
  }

  void check_tag(const YAML::Mark& mark, const std::string& tag) const {
    if (tag.empty() || tag == "?" || tag == "!") return;
    refuse(mark, fmt::format("the tag {}", quoted(tag)), "values without tags");
  }

  Node node(Node::Form form, const YAML::Mark& mark) {
    if (++values_ > kMostValues) {
      refuse(mark, fmt::format("more than {} values", kMostValues), "the few values of a config");
    }
    Node made;
    made.form = form;
    made.line = mark.line + 1;
    return made;
  }

  void open(Node parent) {
    if (parents_.size() >= kDeepest) {
      throw ConfigError({file_, parent.line, ""},
                        fmt::format("values nested more than {} deep", kDeepest),
                        "sections at most two deep");
    }
    parents_.push_back(std::move(parent));
  }
  void close() {
    Node closed = std::move(parents_.back());
    parents_.pop_back();
    add(std::move(closed));
  }
  void add(Node child) {
    if (parents_.empty()) {
      root_ = std::move(child);
      return;
    }
    Node& parent = parents_.back();
    const bool is_key =
        parent.form == Node::Form::mapping && parent.keys.size() == parent.values.size();
    if (is_key && child.form != Node::Form::scalar) {
      throw ConfigError({file_, child.line, ""}, fmt::format("{} as a key", shown(child)),
                        "a name as a key");
    }
    (is_key ? parent.keys : parent.values).push_back(std::move(child));
  }

  std::string file_;
  int documents_ = 0;
  std::size_t values_ = 0;
  std::vector<Node> parents_;
  Node root_;
};

}  // namespace

Node parse_tree(const std::string& text, const std::string& file) {
  check_characters(text, file);
  TreeBuilder builder(file);
  try {
    // A line end in front of the end of the text would hide from yaml-cpp that a quote is open.
    std::istringstream stream(text.substr(0, text.find_last_not_of(" \t\r\n") + 1));
    YAML::Parser parser(stream);
    while (parser.HandleNextDocument(builder)) {
    }
  } catch (const YAML::Exception& error) {
    throw ConfigError({file, error.mark.is_null() ? 0 : error.mark.line + 1, ""},
                      fmt::format("a syntax error ({})", error.msg), "well-formed YAML");
  }
  if (!builder.has_document()) throw ConfigError({file, 0, ""}, "nothing in it", "a config");
  return builder.take();
}

std::string quoted(const std::string& text) {
  constexpr std::size_t kLongest = 80;
  std::string line;
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    if (byte < 0x20 || byte == 0x7f) {
      line += fmt::format("\\x{:02x}", byte);
    } else {
      line += letter;
    }
  }
  if (line.size() <= kLongest) return fmt::format("\"{}\"", line);
  std::size_t end = kLongest;
  // Not in the middle of a character.
  while (end > 0 && (static_cast<unsigned char>(line[end]) & 0xc0U) == 0x80U) --end;
  return fmt::format("\"{}...\"", line.substr(0, end));
}

std::string shown(const Node& node) {
  switch (node.form) {
    case Node::Form::nothing:
      return "nothing";
    case Node::Form::scalar:
      return quoted(node.text);
    case Node::Form::list:
      return "a list";
    case Node::Form::mapping:
      return "a mapping";
  }
  return "nothing";
}

}  // namespace clvae::config
