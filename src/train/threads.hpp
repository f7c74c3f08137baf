#pragma once
/// \file
/// LibTorch's threads, for programs that have their own number of them.

namespace clvae::train {

/// While it lives LibTorch uses so many threads on the CPU, afterwards as many as before. Any rank.
class Threads {
 public:
  /// \param count at least 1 \throws UsageError
  explicit Threads(int count);
  ~Threads();
  Threads(const Threads&) = delete;
  Threads& operator=(const Threads&) = delete;

 private:
  int before_;
};

}  // namespace clvae::train
