#pragma once
/// \file
/// Lengths of time as users write them.

#include <optional>
#include <string>

namespace clvae {

/// Seconds in "90", "90 s", "30 min", "1.5 h", "2 d" (the space may be left out), or in Slurm's
/// "MM:SS", "H:MM:SS", "D-HH", "D-HH:MM" or "D-HH:MM:SS". Nothing for any other text.
std::optional<double> parse_duration(const std::string& text);

/// What `parse_duration` takes, in words.
const char* duration_words();

}  // namespace clvae
