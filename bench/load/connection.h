// One connection of the load: what it is doing, what it sends and what comes back.
#pragma once
#include <cstdint>
#include <string>

#include "frames.h"
#include "http.h"
#include "outbox.h"
#include "replies.h"
#include "transport.h"

namespace bench {

struct Connection {
    enum State : uint8_t { kFree, kConnecting, kTlsHandshake, kUpgrading, kOpen, kClosing };

    uint32_t id = 0;
    State state = kFree;
    bool armed = false;  // waiting for the socket to become writable
    uint64_t opened_at = 0;
    std::string accept, head;  // of the upgrade: the Sec-WebSocket-Accept that must come, and what has come so far
    Transport transport;
    Outbox out;
    FrameReader frames;
    HttpReader http;
    Replies replies;
};

}  // namespace bench
