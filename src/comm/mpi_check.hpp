#pragma once
/// \file
/// MPI's return codes as exceptions.

#include <array>
#include <mpi.h>
#include <string>

#include "clvae/core/errors.hpp"

namespace clvae::comm {

/// \throws RunError with MPI's own words
inline void check_mpi(int code) {
  if (code == MPI_SUCCESS) return;
  std::array<char, MPI_MAX_ERROR_STRING> text{};
  int length = 0;
  MPI_Error_string(code, text.data(), &length);
  throw RunError("MPI: " + std::string(text.data(), static_cast<std::size_t>(length)));
}

}  // namespace clvae::comm
