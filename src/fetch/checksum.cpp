#include "fetch/checksum.hpp"

#include <fstream>
#include <memory>
#include <vector>
#include <zlib.h>

#include <fmt/format.h>
#include <openssl/evp.h>

#include "clvae/core/errors.hpp"

namespace clvae::fetch {

namespace {

constexpr std::size_t kChunk = 1U << 20U;

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
struct CloseGzip {
  void operator()(gzFile file) const { gzclose(file); }
};

/// A running checksum.
class Checksum {
 public:
  explicit Checksum(const EVP_MD* algorithm) : context_(EVP_MD_CTX_new()) {
    require(context_ && EVP_DigestInit_ex(context_.get(), algorithm, nullptr) == 1);
  }
  void add(const void* bytes, std::size_t count) {
    require(EVP_DigestUpdate(context_.get(), bytes, count) == 1);
  }
  std::string digits() {
    std::vector<unsigned char> bytes(EVP_MAX_MD_SIZE);
    unsigned count = 0;
    require(EVP_DigestFinal_ex(context_.get(), bytes.data(), &count) == 1);
    std::string text;
    for (unsigned i = 0; i < count; ++i) text += fmt::format("{:02x}", bytes[i]);
    return text;
  }

 private:
  static void require(bool ok) {
    if (!ok) throw RunError("OpenSSL can't compute a checksum");
  }
  std::unique_ptr<EVP_MD_CTX, FreeContext> context_;
};

}  // namespace

std::string sha256_of_unpacked(const std::string& path) {
  const std::unique_ptr<gzFile_s, CloseGzip> file(gzopen(path.c_str(), "rb"));
  if (!file) return "";
  Checksum checksum(EVP_sha256());
  std::vector<unsigned char> chunk(kChunk);
  while (true) {
    const int count = gzread(file.get(), chunk.data(), static_cast<unsigned>(chunk.size()));
    int code = Z_OK;
    gzerror(file.get(), &code);
    // A stream that is cut off shows only as a short read with Z_BUF_ERROR.
    if (count < 0 || code != Z_OK || gzdirect(file.get()) != 0) return "";
    if (count == 0) return checksum.digits();
    checksum.add(chunk.data(), static_cast<std::size_t>(count));
  }
}

std::string md5_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return "";
  Checksum checksum(EVP_md5());
  std::vector<char> chunk(kChunk);
  while (file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || file.gcount() > 0) {
    checksum.add(chunk.data(), static_cast<std::size_t>(file.gcount()));
  }
  return checksum.digits();
}

}  // namespace clvae::fetch
