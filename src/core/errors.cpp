#include "clvae/core/errors.hpp"

#include <cstring>

#include <fmt/format.h>

namespace clvae {

namespace {

std::string describe(const ConfigError::Place& place, const std::string& found,
                     const std::string& allowed) {
  std::string where = place.file;
  if (place.line > 0) where += fmt::format(":{}", place.line);
  if (!place.key.empty()) where += fmt::format(": {}", place.key);
  return fmt::format("{}: found {}; allowed: {}", where, found, allowed);
}

}  // namespace

std::string first_line(const std::exception& error) {
  const std::string text = error.what();
  return text.substr(0, text.find('\n'));
}

Error::Error(const std::string& message, ExitStatus status)
    : std::runtime_error(message), status_(status) {}

UsageError::UsageError(const std::string& message) : Error(message, ExitStatus::usage) {}

ConfigError::ConfigError(Place place, std::string found, std::string allowed)
    : Error(describe(place, found, allowed), ExitStatus::usage),
      place_(std::move(place)),
      found_(std::move(found)),
      allowed_(std::move(allowed)) {}

DataError::DataError(std::string file, std::string found, std::string expected)
    : Error(fmt::format("{}: found {}; expected {}", file, found, expected), ExitStatus::usage),
      file_(std::move(file)),
      found_(std::move(found)),
      expected_(std::move(expected)) {}

RunFileError::RunFileError(std::string file, std::string item, std::string found,
                           std::string expected)
    : Error(fmt::format("{}: {}: found {}; expected {}", file, item, found, expected),
            ExitStatus::usage),
      file_(std::move(file)),
      item_(std::move(item)) {}

IoError::IoError(std::string file, const std::string& action, int error_number, ExitStatus status)
    : Error(fmt::format("{}: can't {}: {}", file, action, std::strerror(error_number)), status),
      file_(std::move(file)),
      error_number_(error_number) {}

AttemptError::AttemptError(const std::string& message) : Error(message, ExitStatus::run_failed) {}

DeviceMemoryError::DeviceMemoryError(const std::string& message)
    : Error(message, ExitStatus::run_failed) {}

DeviceLostError::DeviceLostError(const std::string& message)
    : Error(message, ExitStatus::run_failed) {}

InterruptedError::InterruptedError(const std::string& message)
    : Error(message, ExitStatus::interrupted) {}

RunError::RunError(const std::string& message) : Error(message, ExitStatus::run_failed) {}

}  // namespace clvae
