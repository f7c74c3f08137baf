#pragma once
/// \file
/// For programs that use HDF5 themselves: what this room changes in it is taken back.

#include <memory>

namespace clvae::store {

/// The room tells HDF5's failures by exceptions and switches off that HDF5 prints them. Where this
/// was there before the room was used, HDF5 prints as before once it has gone. One thread.
class QuietHdf5 {
 public:
  QuietHdf5();
  ~QuietHdf5();
  QuietHdf5(const QuietHdf5&) = delete;
  QuietHdf5& operator=(const QuietHdf5&) = delete;

 private:
  struct Printing;
  std::unique_ptr<Printing> before_;
};

}  // namespace clvae::store
