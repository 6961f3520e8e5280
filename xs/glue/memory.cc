#include "xs/glue/memory.h"

#include <cstdlib>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

namespace ue::glue {

void keep_freed_memory() {
#if defined(__GLIBC__)
    if (std::getenv("MALLOC_TRIM_THRESHOLD_") || std::getenv("MALLOC_MMAP_THRESHOLD_") || std::getenv("GLIBC_TUNABLES"))
        return;
    constexpr int kLargestOnHeap = 32 << 20;  // glibc's own upper bound
    constexpr int kKeptFree = 64 << 20;
    mallopt(M_MMAP_THRESHOLD, kLargestOnHeap);
    mallopt(M_TRIM_THRESHOLD, kKeptFree);
#endif
}

}  // namespace ue::glue
