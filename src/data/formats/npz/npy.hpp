#pragma once
/// \file
/// Arrays in the format of numpy.save (NEP 1), versions 1 to 3.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/value_type.hpp"

namespace clvae::data {

/// Gives the next bytes of an array's file: as many as are wanted, or fewer at its end.
using ReadBytes = std::function<std::size_t(std::uint8_t* bytes, std::size_t wanted)>;

/// An array in C order. One of the four is filled.
struct NpyArray {
  std::vector<std::size_t> shape;
  std::vector<std::uint8_t> bytes;  ///< of an array of uint8
  std::vector<float> numbers;       ///< of any other numbers
  std::vector<double> features;     ///< the same, as they are stored, where that is wanted
  std::vector<std::string> texts;   ///< of strings (as UTF-8), and of whole numbers where wanted
  std::size_t size() const {
    return bytes.size() + numbers.size() + features.size() + texts.size();
  }
};

/// What an array is read for.
enum class NpyUse {
  samples,  ///< numbers of any type; those of two axes, [n, features], as they are stored
  rounded,  ///< numbers of any type, all in single precision
  labels,   ///< strings or whole numbers (also floating-point ones), as texts
};

/// What samples are read for, where features are wanted in that precision.
inline NpyUse samples_in(FeaturePrecision precision) {
  return precision == FeaturePrecision::float32 ? NpyUse::rounded : NpyUse::samples;
}

/// An array that is read piece by piece; one in Fortran order is held as a whole.
class NpyReader {
 public:
  /// Reads the header. \param name of the file and array, for errors \throws DataError for anything
  ///   else than an array of numbers or strings of fixed length
  NpyReader(ReadBytes read, std::string name, NpyUse use);
  ~NpyReader();
  NpyReader(const NpyReader&) = delete;
  NpyReader& operator=(const NpyReader&) = delete;

  const std::vector<std::size_t>& shape() const;
  /// Appends the next elements in C order. \throws DataError where there are fewer
  void next(std::size_t elements, NpyArray& array);
  /// To be called when all elements were read. \throws DataError where bytes are left over, or a
  ///   checksum fails
  void finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Reads an array to its end; memory grows with what is there, whatever the header claims.
/// \param name of the file and array, for errors \throws DataError for anything else than an array
///   of numbers or strings of fixed length, and where bytes are missing or left over
NpyArray read_npy(const ReadBytes& read, const std::string& name, NpyUse use);

}  // namespace clvae::data
