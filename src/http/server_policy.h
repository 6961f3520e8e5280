// What connections keep of the configuration they were accepted under.
#pragma once
#include "codec/http/reader.h"
#include "http/config.h"
#include "net/timeout_queue.h"

namespace ue::http {

struct ServerPolicy : Refcnt {
    // How long a connection whose input was cut short is read on after its last response, so that the client gets to
    // see that response instead of a reset (RFC 9112 section 9.6).
    static constexpr uint64_t kLingerMs = 2000;

    ServerPolicy(const ServerConfig& c, Ref<net::Loop> loop)
        : idle(make<net::TimeoutQueue>(loop, c.idle_timeout)),
          head(make<net::TimeoutQueue>(loop, c.handshake_timeout)),
          linger(make<net::TimeoutQueue>(loop, kLingerMs)),
          max_keepalive_requests(c.max_keepalive_requests),
          max_pending(c.max_pending) {
        limits.max_headers_size = c.max_headers_size ? c.max_headers_size : codec::ReaderLimits::kNoLimit;
        limits.max_body_size = c.max_body_size ? c.max_body_size : codec::ReaderLimits::kNoLimit;
    }

    const Ref<net::TimeoutQueue> idle, head, linger;
    codec::ReaderLimits limits;
    const uint64_t max_keepalive_requests;
    const size_t max_pending;
};

}  // namespace ue::http
