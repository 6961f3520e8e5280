#include "common.h"

#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace bench {

void die(Status status, const char* format, ...) {
    va_list args;
    va_start(args, format);
    std::fputs("load: ", stderr);
    std::vfprintf(stderr, format, args);
    std::fputc('\n', stderr);
    va_end(args);
    std::exit(status);
}

uint64_t now_ns() {
    timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return uint64_t(ts.tv_sec) * 1'000'000'000 + uint64_t(ts.tv_nsec);
}

uint64_t vary() {  // xorshift64
    static uint64_t state = 0x9e3779b97f4a7c15;
    state ^= state << 13, state ^= state >> 7, state ^= state << 17;
    return state;
}

}  // namespace bench
