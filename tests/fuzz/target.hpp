#pragma once
/// \file
/// What the fuzz targets share. Each is one function that reads bytes as one kind of file: whatever
/// they are, the reader takes them or throws an Error of ours. Everything else is a find.

#include <cstddef>
#include <cstdint>
#include <string>

namespace clvae::fuzz {

/// The path of a name in a folder that is removed at the end.
std::string path_of(const std::string& name);

/// Writes the bytes into a file of that name there. \return its path
std::string file_with(const std::uint8_t* bytes, std::size_t size, const std::string& name);

/// Reads samples to be scored as far as is useful here. \param is_table the run knows the columns
/// size, colour and label
void read_unlabelled(const std::string& path, bool is_table = false);

/// Reads a dataset to train on.
void read_labelled(const std::string& format, const std::string& path);

}  // namespace clvae::fuzz

/// The function that libFuzzer calls, of a body that has the bytes `data` of length `size`.
#define CLVAE_FUZZ_TARGET(body)                                                       \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);  \
  extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) { \
    body(data, size);                                                                 \
    return 0;                                                                         \
  }
