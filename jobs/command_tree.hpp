#pragma once
/// \file
/// The command line as data: what completions and manual pages are made from. Both come from the
/// same objects of CLI11 that read the command line and print --help, so neither can be out of
/// date.

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace clvae::jobs {

/// What may follow an option, or stand in a place of the command line.
enum class Expects {
  nothing,  ///< a flag
  text,
  file,
  folder,
  config,
  run,
  words,  ///< one of `Argument::words`
};

/// An option, or where it has no names, what stands in a place of its own.
struct Argument {
  std::vector<std::string> names;  ///< "-h", "--help"
  std::string value;               ///< what the help calls it: "FOLDER"
  std::string help;                ///< one line
  bool is_required = false;
  bool repeats = false;
  Expects expects = Expects::text;
  std::vector<std::string> words;
};

/// A command, or the program itself.
struct Command {
  std::string name;
  std::string help;               ///< what it does, in one line or two
  std::string notes;              ///< what the help ends with: examples and more
  std::vector<Argument> options;  ///< --help among them
  std::vector<Argument> places;   ///< in their order
  std::vector<Command> commands;  ///< of the program
};

/// What the help shows of a command and of those below it, in the order of the help.
Command describe(const CLI::App& app);

/// "a, b or c [a]" is a choice, whose words these are; nothing for any other text.
std::vector<std::string> words_of_choice(const std::string& help);

}  // namespace clvae::jobs
