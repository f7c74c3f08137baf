#include "hdf5/failures.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <hdf5.h>

#include <fmt/format.h>

#include "clvae/core/errors.hpp"

namespace clvae::hdf5 {

namespace {

/// Returns the number after "errno = " in one of HDF5's messages; 0 where there is none.
int error_number_in(const std::string& message) {
  static const std::string kMark = "errno = ";
  const std::size_t mark = message.find(kMark);
  if (mark == std::string::npos) return 0;
  int number = 0;
  const char* const digits = message.data() + mark + kMark.size();
  std::from_chars(digits, message.data() + message.size(), number);
  return number;
}

extern "C" herr_t keep_innermost(unsigned /*position*/, const H5E_error2_t* entry, void* failure) {
  auto& kept = *static_cast<Failure*>(failure);
  if (entry->desc == nullptr) return 0;
  kept.text = entry->desc;
  if (const int number = error_number_in(kept.text); number != 0) kept.error_number = number;
  return 0;
}

}  // namespace

void prepare_library() {
#if defined(H5_HAVE_PARALLEL)
  static const herr_t kept_away_from_exit = H5dont_atexit();
  static_cast<void>(kept_away_from_exit);
#endif
  H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
}

std::string library_version() {
  unsigned major = 0;
  unsigned minor = 0;
  unsigned release = 0;
  H5get_libversion(&major, &minor, &release);
  return fmt::format("{}.{}.{}", major, minor, release);
}

Failure last_failure() {
  // MPI's file functions leave errno behind, but HDF5's messages about them do not carry it.
  const int left_behind = errno;
  Failure failure;
  H5Ewalk2(H5E_DEFAULT, H5E_WALK_DOWNWARD, keep_innermost, &failure);
  if (failure.error_number == 0) failure.error_number = left_behind;
  if (failure.error_number == 0) failure.error_number = EIO;
  // Some messages carry a time of day with a line break.
  std::replace(failure.text.begin(), failure.text.end(), '\n', ' ');
  return failure;
}

void require(bool ok, const std::string& path, const std::string& action) {
  if (ok) return;
  const Failure failure = last_failure();
  throw IoError(path, fmt::format("{} ({})", action, failure.text), failure.error_number);
}

struct Quiet::Printing {
  H5E_auto2_t function = nullptr;
  void* data = nullptr;
  bool is_known = false;
};

Quiet::Quiet() : before_(std::make_unique<Printing>()) {
  unsigned is_version_2 = 0;
  // A program may have set it by the functions of HDF5 1.6, which can't be asked for here.
  before_->is_known = H5Eauto_is_v2(H5E_DEFAULT, &is_version_2) >= 0 && is_version_2 > 0 &&
                      H5Eget_auto2(H5E_DEFAULT, &before_->function, &before_->data) >= 0;
  prepare_library();
}

Quiet::~Quiet() {
  if (before_->is_known) H5Eset_auto2(H5E_DEFAULT, before_->function, before_->data);
}

}  // namespace clvae::hdf5
