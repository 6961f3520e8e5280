// Counters that any number of connections add to.
#pragma once
#include <cstdint>

#include "base/object.h"

namespace ue::ws {

class Statistics : public Object {
  public:
    static const Type kType;  // "UniEvent::WebSocket::Connection::Statistics"
    const Type& type() const override { return kType; }

    uint64_t msgs_in = 0;   // reads from the socket
    uint64_t msgs_out = 0;  // messages and control frames sent
    uint64_t bytes_in = 0;
    uint64_t bytes_out = 0;

    void reset() { msgs_in = msgs_out = bytes_in = bytes_out = 0; }
    struct Rates {
        uint64_t msgs_in, msgs_out, bytes_in, bytes_out;
    };
    Rates normalized(double seconds) const;  // per second, truncated; all zero unless seconds > 0
    Rates fetch(double seconds);             // the same, then reset()
};

}  // namespace ue::ws
