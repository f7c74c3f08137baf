#include "networks/allocator.hpp"

#include <cstddef>
#include <cstdlib>
#include <memory>

#if defined(__GLIBC__)
#include <malloc.h>

#include <sys/mman.h>
#endif

namespace clvae::networks {

#if defined(__GLIBC__)
namespace {

/// Lets the kernel back the heap with huge pages. It takes them only where it is asked to, and a
/// heap that grows later is not included: so it grows at once, by addresses that nothing touches.
void ask_for_huge_pages() {
  constexpr std::size_t kHeap = std::size_t{512} << 20;
  constexpr std::size_t kPage = 4096;
  const std::unique_ptr<void, decltype(&std::free)> block(std::malloc(kHeap), &std::free);
  if (block == nullptr) return;
  void* begin = block.get();
  std::size_t space = kHeap;
  if (std::align(kPage, kHeap - kPage, begin, space) == nullptr) return;
  // A kernel without huge pages says no, which changes nothing.
  madvise(begin, kHeap - kPage, MADV_HUGEPAGE);
}

}  // namespace
#endif

void keep_freed_memory() {
#if defined(__GLIBC__)
  constexpr int kNever = 1 << 30;
  mallopt(M_MMAP_THRESHOLD, kNever);
  mallopt(M_TRIM_THRESHOLD, kNever);
  mallopt(M_TOP_PAD, 64 << 20);
  static const bool is_asked = [] {
    ask_for_huge_pages();
    return true;
  }();
  static_cast<void>(is_asked);
#endif
}

}  // namespace clvae::networks
