#include "comm/session.hpp"

#include <array>
#include <exception>
#include <mpi.h>

#include "clvae/core/errors.hpp"

namespace clvae::comm {

std::string mpi_version() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  const std::string words(text.data());
  return words.substr(0, words.find_first_of(",\n"));
}

Session::Session() : exceptions_before_(std::uncaught_exceptions()) {
  int provided = 0;
  if (MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS) {
    throw RunError("MPI could not be initialised");
  }
  MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
}

Session::~Session() {
  if (std::uncaught_exceptions() > exceptions_before_) {
    MPI_Abort(MPI_COMM_WORLD, static_cast<int>(ExitStatus::run_failed));
  } else {
    MPI_Finalize();
  }
}

}  // namespace clvae::comm
