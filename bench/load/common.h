// What every part of the load generator needs: a way out, a clock, numbers that vary.
#pragma once
#include <cstdint>

namespace bench {

// Exit statuses: what the caller of the program tells apart.
enum Status { kMeasured = 0, kUsage = 1, kBroken = 2, kDeclined = 3 };

// Says why on stderr and leaves. The program measures or it does not; there is nothing to clean up.
[[noreturn, gnu::format(printf, 2, 3)]] void die(Status status, const char* format, ...);

uint64_t now_ns();

// Masks, keys and payloads need variety, not secrecy; every run has the same.
uint64_t vary();

}  // namespace bench
