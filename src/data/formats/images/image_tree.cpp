#include "data/formats/images/image_tree.hpp"

#include <algorithm>
#include <cctype>

#include "clvae/core/errors.hpp"
#include "core/nearest.hpp"
#include "data/bytes.hpp"
#include "data/formats/images/image_file.hpp"
#include "data/formats/images/resize.hpp"

namespace clvae::data {

namespace {

namespace files = std::filesystem;

const std::vector<std::string> kEndings{".png", ".jpg", ".jpeg", ".pgm", ".ppm", ".pnm"};

}  // namespace

std::vector<files::path> entries_of(const files::path& folder) {
  std::error_code failure;
  std::vector<files::path> found;
  for (files::directory_iterator entry(folder, failure); !failure && entry != end(entry);
       entry.increment(failure)) {
    if (entry->path().filename().string().front() != '.') found.push_back(entry->path());
  }
  if (failure) throw DataError(folder.string(), failure.message(), "a readable folder");
  std::sort(found.begin(), found.end(),
            [](const files::path& a, const files::path& b) { return a.native() < b.native(); });
  return found;
}

bool is_image_name(const files::path& path) {
  std::string ending = path.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return std::find(kEndings.begin(), kEndings.end(), ending) != kEndings.end();
}

std::string image_endings() { return joined(kEndings); }

void append_image(const std::string& path, const ImageShape& shape,
                  std::vector<std::uint8_t>& pixels) {
  const Picture decoded = decode_picture(read_bytes(path), path);
  const Picture picture =
      resized(with_channels(decoded, shape.channels), shape.height, shape.width);
  const auto channels = static_cast<std::size_t>(shape.channels);
  for (std::size_t channel = 0; channel < channels; ++channel) {
    for (std::size_t i = channel; i < picture.values.size(); i += channels) {
      pixels.push_back(picture.values[i]);
    }
  }
}

}  // namespace clvae::data
