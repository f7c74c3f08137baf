#include "command_tree.hpp"

#include <regex>
#include <utility>

#include "config/keys.hpp"

namespace clvae::jobs {

namespace {

/// "FOLDER" of "FOLDER:a rule that values are held to".
std::string value_name(const CLI::Option& option) {
  const std::string type = option.get_type_name();
  // That of sets of data, "[near:|far:]NAME=DATA...", has colons of its own.
  return type.rfind('[', 0) == 0 ? type : type.substr(0, type.find(':'));
}

/// Keys that may be given: "reduction.*" in the help names some, else all of them may.
std::vector<std::string> keys_for(const std::string& help) {
  std::smatch found;
  const bool is_some = std::regex_search(help, found, std::regex(R"(([a-z_.]+\.)\*)"));
  const std::string beginning = is_some ? found[1].str() : "";
  std::vector<std::string> keys;
  for (const config::Key& key : config::all_keys()) {
    if (key.name.rfind(beginning, 0) == 0) keys.push_back(key.name + "=");
  }
  return keys;
}

Argument described(const CLI::Option& option) {
  Argument argument;
  for (const std::string& name : option.get_snames()) argument.names.push_back("-" + name);
  for (const std::string& name : option.get_lnames()) argument.names.push_back("--" + name);
  argument.help = option.get_description();
  argument.is_required = option.get_required();
  argument.value = value_name(option);
  if (argument.value.empty()) {
    argument.expects = Expects::nothing;
    return argument;
  }
  argument.repeats = option.get_items_expected_max() > 1;
  if (argument.value == "KEY=VALUE") {
    argument.words = keys_for(argument.help);
  } else {
    argument.words = words_of_choice(argument.help);
  }
  const std::string first = argument.value.substr(0, argument.value.find_first_of(" ."));
  if (!argument.words.empty()) {
    argument.expects = Expects::words;
  } else if (first == "CONFIG") {
    argument.expects = Expects::config;
  } else if (first == "RUN") {
    argument.expects = Expects::run;
  } else if (first == "FOLDER") {
    argument.expects = Expects::folder;
  } else if (first == "FILE" || first == "DATA") {
    argument.expects = Expects::file;
  }
  return argument;
}

}  // namespace

std::vector<std::string> words_of_choice(const std::string& help) {
  static const std::regex kChoice(
      R"(([a-z][a-z0-9_]*, )*[a-z][a-z0-9_]* or [a-z][a-z0-9_]*( \[.*\])?)");
  if (!std::regex_match(help, kChoice)) return {};
  const std::string choice = help.substr(0, help.find(" ["));
  static const std::regex kBetween(", | or ");
  return {std::sregex_token_iterator(choice.begin(), choice.end(), kBetween, -1),
          std::sregex_token_iterator()};
}

Command describe(const CLI::App& app) {
  Command command;
  command.name = app.get_name();
  command.help = app.get_description();
  command.notes = app.get_footer();
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_group().empty()) continue;  // which hides it
    std::vector<Argument>& kind = option->nonpositional() ? command.options : command.places;
    kind.push_back(described(*option));
  }
  for (const CLI::App* below : app.get_subcommands(nullptr)) {
    if (!below->get_group().empty()) command.commands.push_back(describe(*below));
  }
  return command;
}

}  // namespace clvae::jobs
