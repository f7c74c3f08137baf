#include "fetch/download.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <unistd.h>

#include <curl/curl.h>
#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::fetch {

namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }  // NOLINT: this is its owner
};
struct CloseCurl {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
};

/// libcurl's own start and end in this process.
class Library {
 public:
  Library() { curl_global_init(CURL_GLOBAL_DEFAULT); }
  ~Library() { curl_global_cleanup(); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
};

/// One transfer to the end of a file.
struct Transfer {
  std::FILE* file = nullptr;
  int error_number = 0;  ///< of a write that failed
  double before = 0;     ///< bytes that were there
  const std::function<void(double, double)>* progress = nullptr;
};

extern "C" std::size_t take_bytes(char* bytes, std::size_t size, std::size_t count,
                                  void* transfer) {
  auto& now = *static_cast<Transfer*>(transfer);
  errno = 0;
  const std::size_t written = std::fwrite(bytes, size, count, now.file);
  if (written != count) now.error_number = errno == 0 ? EIO : errno;
  return written * size;
}

extern "C" int take_progress(void* transfer, curl_off_t total, curl_off_t got, curl_off_t /*up*/,
                             curl_off_t /*up_total*/) {
  const auto& now = *static_cast<Transfer*>(transfer);
  const double whole = total > 0 ? now.before + static_cast<double>(total) : 0;
  try {
    (*now.progress)(now.before + static_cast<double>(got), whole);
  } catch (...) {
    return 1;  // no exception may pass through libcurl, which is C
  }
  return 0;
}

/// Also where a server sends elsewhere.
void allow_only_http(CURL* handle) {
#if CURL_AT_LEAST_VERSION(7, 85, 0)
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
  constexpr long kHttp = CURLPROTO_HTTP | CURLPROTO_HTTPS;
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS, kHttp);
  curl_easy_setopt(handle, CURLOPT_REDIR_PROTOCOLS, kHttp);
#endif
}

void set_options(CURL* handle, const std::string& url, Transfer& transfer, char* message) {
  constexpr long kConnectSeconds = 20;
  constexpr long kIdleSeconds = 60;
  curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
  allow_only_http(handle);
  curl_easy_setopt(handle, CURLOPT_FOLLOWLOCATION, 1L);
  curl_easy_setopt(handle, CURLOPT_MAXREDIRS, 10L);
  curl_easy_setopt(handle, CURLOPT_FAILONERROR, 1L);
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(handle, CURLOPT_LOW_SPEED_TIME, kIdleSeconds);
  curl_easy_setopt(handle, CURLOPT_USERAGENT, "clvae");
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, message);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, take_bytes);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, take_progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &transfer);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
}

/// How one request ended.
struct Outcome {
  CURLcode code = CURLE_OK;
  long status = 0;  ///< of HTTP
  std::string reason;
};

Outcome request(const std::string& url, Transfer& transfer, std::FILE* file) {
  const std::unique_ptr<CURL, CloseCurl> handle(curl_easy_init());
  if (!handle) throw RunError("libcurl can't be started");
  std::array<char, CURL_ERROR_SIZE> message{};
  transfer.file = file;
  transfer.before = static_cast<double>(std::ftell(file));
  set_options(handle.get(), url, transfer, message.data());
  curl_easy_setopt(handle.get(), CURLOPT_RESUME_FROM_LARGE,
                   static_cast<curl_off_t>(transfer.before));
  Outcome outcome;
  outcome.code = curl_easy_perform(handle.get());
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &outcome.status);
  outcome.reason = message[0] != '\0' ? message.data() : curl_easy_strerror(outcome.code);
  return outcome;
}

}  // namespace

std::string download(const std::string& url, const std::string& path,
                     const std::function<void(double bytes, double total)>& progress) {
  static const Library library;
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "ab"));
  if (!file) throw IoError(path, "write the download", errno);
  std::fseek(file.get(), 0, SEEK_END);
  Transfer transfer;
  transfer.progress = &progress;
  Outcome outcome = request(url, transfer, file.get());
  constexpr long kNothingBehind = 416;  // of HTTP: the file is as long as what is there, or shorter
  const bool is_at_end = outcome.status == kNothingBehind && transfer.before > 0;
  if (outcome.code == CURLE_RANGE_ERROR) {  // the server sends files from their start only
    if (ftruncate(fileno(file.get()), 0) != 0) throw IoError(path, "begin again", errno);
    std::rewind(file.get());
    outcome = request(url, transfer, file.get());
  }
  if (transfer.error_number != 0) {
    throw IoError(path, "write the download", transfer.error_number);
  }
  if (std::fflush(file.get()) != 0 || fsync(fileno(file.get())) != 0) {
    throw IoError(path, "write the download", errno);
  }
  return outcome.code == CURLE_OK || is_at_end ? "" : outcome.reason;
}

}  // namespace clvae::fetch
