#pragma once
/// \file
/// Manual pages, from what --help says.

#include <string>

#include "command_tree.hpp"

namespace clvae::jobs {

/// The page of the program, for man(1), in groff's macros. \param version of the program
std::string manual_page(const Command& program, const std::string& version);

/// That of one of its commands.
std::string manual_page(const Command& program, const Command& command, const std::string& version);

}  // namespace clvae::jobs
