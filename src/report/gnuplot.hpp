#pragma once
/// \file
/// The gnuplot program, as a child that neither a shell nor the user's settings stand between.

#include <string>

namespace clvae::report {

/// The text, made printable, as a gnuplot string literal that means that text and nothing else.
std::string quoted(const std::string& text);

/// Runs `gnuplot -d -c script argument` and waits for its end; no shell, no start-up file, no
/// display, nothing on its standard input; signals that ask a job to stop do not end it. Safe in an
/// MPI process (posix_spawn instead of fork).
/// \param script, argument absolute paths: gnuplot takes names that start with '<' or '|' for
///   commands
/// \throws RunError where gnuplot is missing or fails, IoError where it can't be waited for
void run_gnuplot(const std::string& script, const std::string& argument);

/// "gnuplot 5.4 patchlevel 4"; empty where it can't be started. \throws IoError
std::string gnuplot_version();

}  // namespace clvae::report
