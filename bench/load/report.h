// What was measured, and how it is printed.
#pragma once
#include <cstdint>
#include <string>

#include "accounting.h"
#include "histogram.h"
#include "options.h"

namespace bench {

// The books at one moment.
struct Snapshot {
    uint64_t time = 0, messages = 0, bytes = 0, skipped = 0;
    double own = 0, machine = 0;
    Usage server;
};

struct Result {
    Snapshot from, to;
    Histogram latency;
    size_t size = 0;                                        // payload of a message, body of a response
    uint64_t replies = 0, reply_bytes = 0, compressed = 0;  // of the whole run
    std::string extensions, tls;
    // Idle mode: from the first connection to the last, and memory with one and with all.
    uint32_t up = 0;
    double ramp_seconds = 0, rss_one_kb = 0, rss_all_kb = 0;
};

void report(const Options&, const Result&);

}  // namespace bench
