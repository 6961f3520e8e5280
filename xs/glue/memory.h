// How the process's malloc treats freed memory.
#pragma once

namespace ue::glue {

// A large message is a block that is made, handed to Perl and freed; by default glibc returns such a block to the system
// every time, and each message of a megabyte then costs a millisecond in page faults. So blocks below 32 MiB come from
// the heap, and up to 64 MiB of free memory at its end stay in the process. Whoever sets MALLOC_TRIM_THRESHOLD_,
// MALLOC_MMAP_THRESHOLD_ or GLIBC_TUNABLES in the environment has decided otherwise, and nothing is changed.
void keep_freed_memory();

}  // namespace ue::glue
