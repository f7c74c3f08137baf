#include "fuzz/target.hpp"

#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <stdlib.h>

#include "clvae/core/errors.hpp"
#include "data/dataset.hpp"
#include "data/unlabelled.hpp"

namespace clvae::fuzz {

namespace {

class Folder {
 public:
  Folder() : path_((std::filesystem::temp_directory_path() / "clvae-fuzz-XXXXXX").string()) {
    if (mkdtemp(path_.data()) == nullptr) throw std::runtime_error("no temporary folder");
  }
  ~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

std::string path_of(const std::string& name) {
  static const Folder folder;
  return folder.path() + "/" + name;
}

std::string file_with(const std::uint8_t* bytes, std::size_t size, const std::string& name) {
  const std::string path = path_of(name);
  std::filesystem::create_directories(std::filesystem::path(path).parent_path());
  std::ofstream(path, std::ios::binary | std::ios::trunc)
      .write(reinterpret_cast<const char*>(bytes), static_cast<std::streamsize>(size));
  return path;
}

void read_unlabelled(const std::string& path, bool is_table) {
  constexpr std::size_t kSamplesAtOnce = 16;
  constexpr int kMostBlocks = 64;
  data::SampleForm form;
  form.shape = {3, 8, 8};
  if (is_table) {
    form.shape = {3, 1, 1, true};
    form.columns = {{"size", {}}, {"colour", {"blue", "red"}}};
    form.label_column = "label";
  }
  try {
    const auto samples = data::open_unlabelled(path, form);
    for (int i = 0; i < kMostBlocks; ++i) {
      const data::SampleBlock block = samples->next(kSamplesAtOnce);
      if (block.pixels.empty() && block.values.empty() && block.features.empty()) break;
    }
  } catch (const Error&) {
  }
}

void read_labelled(const std::string& format, const std::string& path) {
  data::Source source;
  source.format = format;
  source.path = path;
  source.image = {3, 8, 8};
  source.label_column = "label";
  source.categorical = {"colour"};
  try {
    data::load(source);
  } catch (const Error&) {
  }
}

}  // namespace clvae::fuzz
