#include "data/formats/npz/archive.hpp"

#include <string_view>
#include <zip.h>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "data/formats/array_names.hpp"
#include "data/formats/npz/npy_header.hpp"
#include "data/formats/signs.hpp"

namespace clvae::data {

namespace {

/// Called by a `shared_ptr` also for an entry that could not be opened.
struct CloseEntry {
  void operator()(zip_file_t* entry) const {
    if (entry != nullptr) zip_fclose(entry);
  }
};

}  // namespace

struct Archive::Zip {
  explicit Zip(zip_t* opened) : handle(opened) {}
  ~Zip() { zip_discard(handle); }
  Zip(const Zip&) = delete;
  Zip& operator=(const Zip&) = delete;

  zip_int64_t index_of(const std::string& array) const {
    return zip_name_locate(handle, (array + ".npy").c_str(), 0);
  }
  zip_t* handle;
};

Archive::Archive(const std::string& path) : path_(path) {
  int code = 0;
  zip_t* opened = zip_open(path.c_str(), ZIP_RDONLY, &code);
  if (opened != nullptr) {
    zip_ = std::make_unique<Zip>(opened);
    return;
  }
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  const std::string reason = zip_error_strerror(&error);
  zip_error_fini(&error);
  throw DataError(path, fmt::format("no archive that can be read ({})", reason),
                  "a NumPy archive, as numpy.savez writes it");
}

Archive::~Archive() = default;

bool Archive::has(const std::string& array) const { return zip_->index_of(array) >= 0; }

std::vector<std::string> Archive::arrays() const {
  std::vector<std::string> names;
  for (zip_int64_t i = 0; i < zip_get_num_entries(zip_->handle, 0); ++i) {
    const char* name = zip_get_name(zip_->handle, static_cast<zip_uint64_t>(i), 0);
    if (name == nullptr) continue;
    names.emplace_back(name);
    constexpr std::string_view kEnding = ".npy";
    if (has_ending(names.back(), {kEnding})) {
      names.back().resize(names.back().size() - kEnding.size());
    }
  }
  return names;
}

ReadBytes Archive::open(const std::string& array) const {
  if (!has(array)) {
    throw DataError(path_, fmt::format("{} without {}", arrays_in_words(arrays()), array),
                    "samples and a label for each of them");
  }
  const std::shared_ptr<zip_file_t> entry(
      zip_fopen_index(zip_->handle, static_cast<zip_uint64_t>(zip_->index_of(array)), 0),
      CloseEntry());
  const std::string name = path_of(array);
  if (!entry) {
    throw DataError(name, fmt::format("no readable array ({})", zip_strerror(zip_->handle)),
                    "an intact archive");
  }
  return [entry, name](std::uint8_t* bytes, std::size_t wanted) {
    std::size_t got = 0;
    while (got < wanted) {
      const zip_int64_t count = zip_fread(entry.get(), bytes + got, wanted - got);
      if (count < 0) {
        throw DataError(name, fmt::format("a damaged array ({})", zip_file_strerror(entry.get())),
                        "an intact archive");
      }
      if (count == 0) break;
      got += static_cast<std::size_t>(count);
    }
    return got;
  };
}

std::vector<std::size_t> Archive::shape(const std::string& array) const {
  return read_npy_header(open(array), path_of(array)).shape;
}

NpyArray Archive::read(const std::string& array, NpyUse use) const {
  return read_npy(open(array), path_of(array), use);
}

}  // namespace clvae::data
