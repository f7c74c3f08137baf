#include <memory>
#include <zip.h>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"
#include "clvae/core/nearest.hpp"
#include "clvae/data/assembly.hpp"
#include "npy.hpp"

namespace clvae::data {

namespace {

constexpr const char* kArrays = "x_train and y_train (and x_test and y_test), or x and y";

struct CloseEntry {
  void operator()(zip_file_t* entry) const { zip_fclose(entry); }
};

/// A NumPy archive: a zip file of arrays.
class Archive {
 public:
  explicit Archive(const std::string& path) : path_(path) {
    int code = 0;
    archive_ = zip_open(path.c_str(), ZIP_RDONLY, &code);
    if (archive_ != nullptr) return;
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    throw DataError(path, fmt::format("no archive that can be read ({})", reason),
                    "a NumPy archive, as numpy.savez writes it");
  }
  ~Archive() { zip_discard(archive_); }
  Archive(const Archive&) = delete;
  Archive& operator=(const Archive&) = delete;

  bool has(const std::string& array) const { return index_of(array) >= 0; }

  std::vector<std::string> arrays() const {
    std::vector<std::string> names;
    for (zip_int64_t i = 0; i < zip_get_num_entries(archive_, 0); ++i) {
      const char* name = zip_get_name(archive_, static_cast<zip_uint64_t>(i), 0);
      if (name != nullptr) names.emplace_back(name);
    }
    return names;
  }

  NpyArray read(const std::string& array, NpyUse use) const {
    const std::string name = path_ + ": " + array;
    if (!has(array)) {
      throw DataError(path_, fmt::format("the arrays {} without {}", joined(arrays()), array),
                      kArrays);
    }
    const std::unique_ptr<zip_file_t, CloseEntry> entry(
        zip_fopen_index(archive_, static_cast<zip_uint64_t>(index_of(array)), 0));
    if (!entry) {
      throw DataError(name, fmt::format("no readable array ({})", zip_strerror(archive_)),
                      "an intact archive");
    }
    const ReadBytes next = [&](std::uint8_t* bytes, std::size_t wanted) {
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
    return read_npy(next, name, use);
  }

  RawSplit split(const std::string& samples, const std::string& labels) const {
    NpyArray x = read(samples, NpyUse::samples);
    NpyArray y = read(labels, NpyUse::labels);
    // Keras has its labels as a column.
    if (y.shape.size() > 2 || (y.shape.size() == 2 && y.shape[1] != 1) || y.shape.empty()) {
      throw DataError(path_ + ": " + labels,
                      fmt::format("an array of shape [{}]", fmt::join(y.shape, ", ")),
                      "one label for each sample, [n]");
    }
    RawSplit raw;
    raw.where = path_ + ": " + samples;
    raw.shape = std::move(x.shape);
    raw.bytes = std::move(x.bytes);
    raw.numbers = std::move(x.numbers);
    raw.labels = std::move(y.texts);
    return raw;
  }

 private:
  zip_int64_t index_of(const std::string& array) const {
    return zip_name_locate(archive_, (array + ".npy").c_str(), 0);
  }

  std::string path_;
  zip_t* archive_ = nullptr;
};

}  // namespace

Dataset load_npz(const Source& source) {
  const Archive archive(source.path);
  RawData raw;
  const bool is_bare = !archive.has("x_train") && archive.has("x");
  raw.train = is_bare ? archive.split("x", "y") : archive.split("x_train", "y_train");
  if (archive.has("x_test") || archive.has("y_test")) {
    raw.test = archive.split("x_test", "y_test");
  }
  if (archive.has("class_names")) {
    raw.class_names = archive.read("class_names", NpyUse::labels).texts;
  }
  return assemble(std::move(raw), source);
}

}  // namespace clvae::data
