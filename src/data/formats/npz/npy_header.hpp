#pragma once
/// \file
/// The header of an array in the format of numpy.save.

#include <string>
#include <vector>

#include "data/formats/npz/npy.hpp"

namespace clvae::data {

struct NpyHeader {
  char kind = 0;               ///< as NumPy has it: b, i, u, f, S or U
  std::size_t item_bytes = 0;  ///< of one element
  bool is_big_endian = false;
  bool is_in_fortran_order = false;
  std::vector<std::size_t> shape;
};

/// \throws DataError as `read_npy`
NpyHeader read_npy_header(const ReadBytes& read, const std::string& name);

}  // namespace clvae::data
