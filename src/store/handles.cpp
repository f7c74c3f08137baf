#include "store/handles.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>

#include "clvae/core/errors.hpp"

namespace clvae::store {

namespace {

/// The number after "errno = " in one of HDF5's messages; 0 where there is none.
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

PropertyListHandle serial_access(const std::string& path) {
  PropertyListHandle access(H5Pcreate(H5P_FILE_ACCESS));
  if (H5Pset_fapl_sec2(access.id()) < 0 || H5Pset_file_locking(access.id(), false, true) < 0) {
    const Failure failure = last_failure();
    throw IoError(path, "prepare HDF5 (" + failure.text + ")", failure.error_number);
  }
  return access;
}

}  // namespace clvae::store
