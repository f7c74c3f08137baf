#pragma once
/// \file
/// What shells are told of the command line, so that TAB completes it.

#include <string>

#include "command_tree.hpp"

namespace clvae::jobs {

/// Scripts that know all commands, options, and what may follow them; the program is not started
/// while a user types. Each goes where its shell looks for completions, or is read by it at once.
std::string bash_completion(const Command& program);
std::string zsh_completion(const Command& program);
std::string fish_completion(const Command& program);

}  // namespace clvae::jobs
