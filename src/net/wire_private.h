// What a Wire has only while something unusual is going on.
#pragma once
#include <deque>
#include <vector>

#include "net/stream.h"
#include "net/tls.h"
#include "net/wire.h"

namespace ue::net {

struct Wire::Backlog {
    struct Held {
        size_t at;  // stands before this offset of out_
        std::string_view bytes;
        Ref<Keeper> keeper;
    };
    struct Notice {
        uint64_t at;
        Ref<WriteNotice> notice;
    };

    bool idle() const { return held.empty() && notices.empty() && !job && !error; }

    uint64_t done = 0;  // plain bytes that have left since this was made; notices are measured by it
    size_t held_bytes = 0;
    std::deque<Held> held;
    std::deque<Notice> notices;
    Job* job = nullptr;  // the one uv_write under way
    ErrorCode error;
    bool error_told = false;
};

struct Wire::Job {
    ~Job() { std::free(memory); }
    uv_write_t req;
    Wire* wire;
    size_t plain;            // what it is worth in appended bytes
    char* memory = nullptr;  // owned
    std::string sealed;
    std::vector<Ref<Keeper>> keepers;
};

struct Wire::Farewell {
    uv_timer_t* timer = nullptr;
    uint64_t timeout_ms = 0;
    bool fin_sent = false;
    bool alert_sent = false;
};

}  // namespace ue::net
