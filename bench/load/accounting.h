// What the operating system has on its books: CPU time, memory and calls of the server, of this program, of the
// machine.
#pragma once
#include <sys/types.h>

#include <cstdint>

namespace bench {

struct Usage {
    double cpu = 0;  // seconds, user and system
    double rss_kb = 0;
    uint64_t reads = 0, writes = 0;  // calls of the read and write families (not recv and send); 0 where not told
};

// Of another process; all zero for pid 0. Ends the program if the process has gone.
Usage usage_of(pid_t);

double own_cpu();

// CPU seconds the whole machine has been busy.
double machine_cpu();

}  // namespace bench
