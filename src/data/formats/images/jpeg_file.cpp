#include <algorithm>
#include <array>
#include <csetjmp>
#include <cstdio>
#include <cstring>

// Behind <cstdio>, which it needs and does not include.
#include <jerror.h>
#include <jpeglib.h>

#include <fmt/format.h>

#include "data/formats/images/decoders.hpp"
#include "data/formats/images/orientation.hpp"

namespace clvae::data {

namespace {

constexpr int kEndMarker = 0xd9;
constexpr int kExifMarker = JPEG_APP0 + 1;
constexpr unsigned kLongestMarker = 0xffff;

/// libjpeg's way to tell what it finds; it must not return from an error.
struct JpegErrors : jpeg_error_mgr {
  std::jmp_buf refused;
  std::array<char, JMSG_LENGTH_MAX> message{};
  bool is_in_header = true;
  bool has_no_end = false;       ///< the file ends before its end marker
  bool has_stray_bytes = false;  ///< before a marker where they do no harm
};

JpegErrors& errors_of(j_common_ptr jpeg) { return *static_cast<JpegErrors*>(jpeg->err); }

[[noreturn]] void refuse_jpeg(j_common_ptr jpeg) {
  JpegErrors& errors = errors_of(jpeg);
  errors.format_message(jpeg, errors.message.data());
  std::longjmp(errors.refused, 1);  // NOLINT: the one way out of a C library
}

/// Takes the two flaws that leave every pixel as it was; any other warning means damage. Bytes that
/// are left over between pixels and any marker but the last are what damaged pixels leave.
void take_message(j_common_ptr jpeg, int level) {
  if (level >= 0) return;
  JpegErrors& errors = errors_of(jpeg);
  switch (errors.msg_code) {
    case JWRN_JPEG_EOF:  // followed by another warning where pixels are missing
      errors.has_no_end = true;
      return;
    case JWRN_EXTRANEOUS_DATA:
      errors.has_stray_bytes = true;
      if (errors.is_in_header || errors.msg_parm.i[1] == kEndMarker) return;
      break;
    default:
      break;
  }
  refuse_jpeg(jpeg);
}

/// A decompressor. What is between `begin` and `end` must have no destructors, as errors jump out.
class JpegReader {
 public:
  JpegReader(const FileBytes& bytes, const std::string& path) : bytes_(bytes), path_(path) {
    jpeg_.err = jpeg_std_error(&errors_);
    errors_.error_exit = refuse_jpeg;
    errors_.emit_message = take_message;
  }
  ~JpegReader() { jpeg_destroy_decompress(&jpeg_); }
  JpegReader(const JpegReader&) = delete;
  JpegReader& operator=(const JpegReader&) = delete;

  Picture read(const ImageReading& reading) {
    if (!begin()) refuse();
    const int turn = reading.is_legacy ? kUpright : orientation();
    check_picture_size(path_, jpeg_.image_height, jpeg_.image_width);
    const bool is_grey = jpeg_.out_color_space == JCS_GRAYSCALE;
    const bool is_cmyk = jpeg_.out_color_space == JCS_CMYK;
    Picture picture;
    picture.height = static_cast<int>(jpeg_.image_height);
    picture.width = static_cast<int>(jpeg_.image_width);
    picture.channels = is_grey ? 1 : 3;
    values_.resize(std::size_t{jpeg_.image_height} * jpeg_.image_width *
                   (is_grey ? 1U : (is_cmyk ? 4U : 3U)));
    if (!finish()) refuse();
    picture.values = is_cmyk ? colours_of_inks() : std::move(values_);
    picture.has_flawed_end = errors_.has_no_end || errors_.has_stray_bytes;
    return upright(std::move(picture), turn);
  }

 private:
  [[noreturn]] void refuse() const { refuse_damaged(path_, "JPEG", errors_.message.data()); }

  /// Reads the header and chooses what comes out. \return whether it went well
  bool begin() {
    if (setjmp(errors_.refused) != 0) return false;  // NOLINT: see `refuse_jpeg`
    jpeg_create_decompress(&jpeg_);
    jpeg_mem_src(&jpeg_, bytes_.data(), static_cast<unsigned long>(bytes_.size()));
    jpeg_save_markers(&jpeg_, kExifMarker, kLongestMarker);
    jpeg_read_header(&jpeg_, TRUE);
    const J_COLOR_SPACE found = jpeg_.jpeg_color_space;
    jpeg_.out_color_space = JCS_RGB;
    if (found == JCS_GRAYSCALE) jpeg_.out_color_space = JCS_GRAYSCALE;
    if (found == JCS_CMYK || found == JCS_YCCK) jpeg_.out_color_space = JCS_CMYK;
    jpeg_.dct_method = JDCT_ISLOW;
    errors_.is_in_header = false;
    return true;
  }

  /// Reads the pixels. \return whether all of them are there
  bool finish() {
    if (setjmp(errors_.refused) != 0) return false;  // NOLINT: see `refuse_jpeg`
    jpeg_start_decompress(&jpeg_);
    const std::size_t row_bytes = values_.size() / jpeg_.image_height;
    while (jpeg_.output_scanline < jpeg_.output_height) {
      JSAMPROW row = values_.data() + jpeg_.output_scanline * row_bytes;
      jpeg_read_scanlines(&jpeg_, &row, 1);
    }
    const bool is_complete = has_all_scans();  // the library forgets it with what follows
    jpeg_finish_decompress(&jpeg_);
    // With its end marker a file says itself that no scan is missing.
    if (!errors_.has_no_end || is_complete) return true;
    constexpr const char* kReason = "a scan is missing at its end";
    std::strncpy(errors_.message.data(), kReason, errors_.message.size() - 1);
    return false;
  }

  /// Whether every coefficient has come, in a file that may end between two scans.
  bool has_all_scans() const {
    for (int i = 0; i < jpeg_.num_components; ++i) {
      if (jpeg_.progressive_mode == FALSE || jpeg_.coef_bits == nullptr) {
        if (jpeg_.comp_info[i].quant_table == nullptr) return false;
        continue;
      }
      const int* const left = jpeg_.coef_bits[i];
      if (std::any_of(left, left + DCTSIZE2, [](int bits) { return bits != 0; })) return false;
    }
    return true;
  }

  /// As Pillow has it: inks are stored inverted, as Adobe's programs do.
  FileBytes colours_of_inks() const {
    FileBytes colours;
    colours.reserve(values_.size() / 4 * 3);
    for (std::size_t pixel = 0; pixel < values_.size(); pixel += 4) {
      const unsigned white = values_[pixel + 3];
      for (std::size_t k = 0; k < 3; ++k) {
        const unsigned product = (255U - values_[pixel + k]) * white + 128U;
        colours.push_back(static_cast<std::uint8_t>(white - (((product >> 8U) + product) >> 8U)));
      }
    }
    return colours;
  }

  int orientation() const {
    constexpr std::array<std::uint8_t, 6> kExif{'E', 'x', 'i', 'f', 0, 0};
    for (const jpeg_marker_struct* marker = jpeg_.marker_list; marker != nullptr;
         marker = marker->next) {
      const gsl::span<const std::uint8_t> data(marker->data, marker->data_length);
      if (marker->marker != kExifMarker || data.size() < kExif.size()) continue;
      if (!std::equal(kExif.begin(), kExif.end(), data.begin())) continue;
      return orientation_in(data.subspan(kExif.size()));
    }
    return kUpright;
  }

  const FileBytes& bytes_;
  const std::string& path_;
  jpeg_decompress_struct jpeg_{};
  JpegErrors errors_{};
  FileBytes values_;
};

}  // namespace

Picture decode_jpeg(const FileBytes& bytes, const ImageReading& reading, const std::string& path) {
  return JpegReader(bytes, path).read(reading);
}

}  // namespace clvae::data
