// What connections keep of the configuration they were accepted under.
#pragma once
#include "codec/http/reader.h"
#include "http/config.h"
#include "net/timeout_queue.h"

namespace ue::http {

struct ServerPolicy : Refcnt {
    ServerPolicy(const ServerConfig& c, Ref<net::Loop> loop)
        : idle(make<net::TimeoutQueue>(loop, c.idle_timeout)),
          head(make<net::TimeoutQueue>(loop, c.handshake_timeout)),
          max_keepalive_requests(c.max_keepalive_requests),
          max_pending(c.max_pending),
          require_host(c.require_host) {
        limits.max_headers_size = c.max_headers_size ? c.max_headers_size : codec::ReaderLimits::kNoLimit;
        limits.max_body_size = c.max_body_size ? c.max_body_size : codec::ReaderLimits::kNoLimit;
    }

    const Ref<net::TimeoutQueue> idle, head;
    codec::ReaderLimits limits;
    const uint64_t max_keepalive_requests;
    const size_t max_pending;
    const bool require_host;
};

}  // namespace ue::http
