#include "completion_scripts.hpp"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace clvae::jobs {

namespace {

/// The texts with a space between.
std::string spaced(const std::vector<std::string>& texts) {
  std::string line;
  for (const std::string& text : texts) line += (line.empty() ? "" : " ") + text;
  return line;
}

std::vector<std::string> names_of_options(const Command& command) {
  std::vector<std::string> names;
  for (const Argument& option : command.options) {
    names.insert(names.end(), option.names.begin(), option.names.end());
  }
  return names;
}

std::vector<std::string> names_of_commands(const Command& program) {
  std::vector<std::string> names;
  for (const Command& command : program.commands) names.push_back(command.name);
  return names;
}

/// The text with a backslash before each of these characters.
std::string with_backslashes(const std::string& text, std::string_view before) {
  std::string escaped;
  for (const char letter : text) {
    if (before.find(letter) != std::string_view::npos) escaped += '\\';
    escaped += letter;
  }
  return escaped;
}

/// Within single quotes of bash and zsh.
std::string in_quotes(const std::string& text) {
  std::string quoted = "'";
  for (const char letter : text) quoted += letter == '\'' ? "'\\''" : std::string(1, letter);
  return quoted + "'";
}

// --- bash

/// The commands of bash that offer what may stand somewhere.
std::string bash_offer(const Argument& argument) {
  switch (argument.expects) {
    case Expects::nothing:
      return ":";
    case Expects::folder:
      return "_clvae_offer -d";
    case Expects::config:
      return "_clvae_offer -f -X '!*.y*ml'; _clvae_offer -d";
    case Expects::words:
      return fmt::format("_clvae_offer -W '{}'", spaced(argument.words));
    case Expects::run:
    case Expects::file:
      return "_clvae_offer -f";
    case Expects::text:
      break;
  }
  return argument.names.empty() ? "_clvae_offer -f" : ":";
}

/// The branch of one command: what follows its options, else options or what stands in its places.
std::string bash_branch(const Command& command) {
  std::string text = fmt::format("    {})\n      case $before in\n", command.name);
  for (const Argument& option : command.options) {
    if (option.expects == Expects::nothing) continue;
    std::string names;
    for (const std::string& name : option.names) names += (names.empty() ? "" : " | ") + name;
    text += fmt::format("        {}) {}; return ;;\n", names, bash_offer(option));
  }
  text += "      esac\n";
  text += fmt::format("      case $word in -*) _clvae_offer -W '{}'; return ;; esac\n",
                      spaced(names_of_options(command)));
  std::vector<std::string> offers;
  for (const Argument& place : command.places) {
    const std::string offer = bash_offer(place);
    if (std::find(offers.begin(), offers.end(), offer) == offers.end()) offers.push_back(offer);
  }
  for (const std::string& offer : offers) text += "      " + offer + "\n";
  return text + "      ;;\n";
}

// --- zsh

std::string zsh_action(const Argument& argument) {
  switch (argument.expects) {
    case Expects::folder:
      return "_files -/";
    case Expects::config:
      return "_files -g \"*.(yaml|yml)\"";
    case Expects::words:
      return argument.value == "KEY=VALUE"
                 ? fmt::format("compadd -S \"\" -- {}", spaced(argument.words))
                 : fmt::format("({})", spaced(argument.words));
    case Expects::nothing:
    case Expects::text:
      return argument.names.empty() ? "_files" : " ";
    case Expects::run:
    case Expects::file:
      break;
  }
  return "_files";
}

/// What _arguments of zsh is told of an option or a place.
std::string zsh_words(const Argument& argument) {
  constexpr std::string_view kSpecial = "[]:\\";
  const std::string help = with_backslashes(argument.help, kSpecial);
  if (argument.names.empty()) {
    return in_quotes(fmt::format("{}:{}:{}", argument.repeats ? "*" : "",
                                 with_backslashes(argument.value, kSpecial), zsh_action(argument)));
  }
  std::vector<std::string> lines;
  for (const std::string& name : argument.names) {
    const bool is_long = name.rfind("--", 0) == 0;
    const std::string value =
        argument.expects == Expects::nothing
            ? ""
            : fmt::format(":{}:{}", with_backslashes(argument.value, kSpecial),
                          zsh_action(argument));
    lines.push_back(in_quotes(fmt::format("{}{}{}[{}]{}", argument.repeats ? "*" : "", name,
                                          !value.empty() && is_long ? "=" : "", help, value)));
  }
  return spaced(lines);
}

std::string zsh_branch(const Command& command) {
  std::string text = fmt::format("        {})\n          _arguments", command.name);
  for (const std::vector<Argument>& arguments : {command.options, command.places}) {
    for (const Argument& argument : arguments) text += " \\\n            " + zsh_words(argument);
  }
  return text + "\n          ;;\n";
}

// --- fish

std::string fish_quoted(const std::string& text) {
  return "'" + with_backslashes(text, "'\\") + "'";
}

/// How `complete` of fish is told what may follow.
std::string fish_offer(const Argument& argument) {
  switch (argument.expects) {
    case Expects::nothing:
      return "-f";
    case Expects::folder:
      return "-x -a '(__fish_complete_directories)'";
    case Expects::words:
      return "-x -a " + fish_quoted(spaced(argument.words));
    case Expects::config:
    case Expects::run:
    case Expects::file:
      return "-r -F";
    case Expects::text:
      break;
  }
  return argument.names.empty() ? "-F" : "-x";
}

std::string fish_line(const std::string& condition, const Argument& argument) {
  std::string line = fmt::format("complete -c clvae -n {}", fish_quoted(condition));
  for (const std::string& name : argument.names) {
    const bool is_long = name.rfind("--", 0) == 0;
    line += is_long ? " -l " + name.substr(2) : " -s " + name.substr(1);
  }
  std::string offer = fish_offer(argument);
  if (argument.names.empty() && argument.expects == Expects::folder) offer.replace(0, 2, "-f");
  if (argument.names.empty() && argument.expects == Expects::words) offer.replace(0, 2, "-f");
  if (argument.names.empty() && offer == "-r -F") offer = "-F";
  return line + " " + offer + " -d " + fish_quoted(argument.help) + "\n";
}

}  // namespace

std::string bash_completion(const Command& program) {
  std::string text =
      R"(# Completes the command line of clvae in bash; made by `clvae completion bash`.

# Offers what `compgen` finds for its options.
_clvae_offer() {
  local line
  while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen "$@" -- "$word")
  case $1 in -d | -f) compopt -o filenames 2>/dev/null ;; esac
}

_clvae() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
  COMPREPLY=()
  # bash takes an equals sign for a word of its own: --output=FOLDER is three.
  if [ "$word" = = ]; then
    word=""
  elif [ "$before" = = ] && [ "$COMP_CWORD" -ge 2 ]; then
    before=${COMP_WORDS[COMP_CWORD-2]}
  fi
  if [ "$COMP_CWORD" -eq 1 ]; then
    _clvae_offer -W ')";
  text += spaced(names_of_commands(program)) + " " + spaced(names_of_options(program));
  text += "'\n    return\n  fi\n  case ${COMP_WORDS[1]} in\n";
  for (const Command& command : program.commands) text += bash_branch(command);
  return text + R"(  esac
  case ${COMPREPLY[*]} in *=) compopt -o nospace 2>/dev/null ;; esac
}

complete -F _clvae clvae
)";
}

std::string zsh_completion(const Command& program) {
  std::string text = R"(#compdef clvae
# Completes the command line of clvae in zsh; made by `clvae completion zsh`.

_clvae() {
  local state line
  local -a commands
  commands=(
)";
  for (const Command& command : program.commands) {
    text += fmt::format("    {}\n", in_quotes(command.name + ":" + command.help));
  }
  text += "  )\n  _arguments -C";
  for (const Argument& option : program.options) text += " \\\n    " + zsh_words(option);
  text += R"( \
    '1: :->command' '*:: :->arguments'
  case $state in
    command) _describe -t commands command commands ;;
    arguments)
      case $words[1] in
)";
  for (const Command& command : program.commands) text += zsh_branch(command);
  return text + R"(      esac
      ;;
  esac
}

# Read by the completion system it is the function's body, else its definition.
if [ "$funcstack[1]" = _clvae ]; then _clvae "$@"; else compdef _clvae clvae; fi
)";
}

std::string fish_completion(const Command& program) {
  std::string text =
      "# Completes the command line of clvae in fish; made by `clvae completion fish`.\n\n"
      "complete -c clvae -f\n";
  for (const Argument& option : program.options) text += fish_line("__fish_use_subcommand", option);
  for (const Command& command : program.commands) {
    text += fmt::format("complete -c clvae -n __fish_use_subcommand -a {} -d {}\n", command.name,
                        fish_quoted(command.help));
  }
  for (const Command& command : program.commands) {
    const std::string condition = "__fish_seen_subcommand_from " + command.name;
    text += "\n";
    for (const std::vector<Argument>& arguments : {command.options, command.places}) {
      for (const Argument& argument : arguments) text += fish_line(condition, argument);
    }
  }
  return text;
}

}  // namespace clvae::jobs
