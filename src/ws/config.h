// What a user can set. One ConnectionConfig is shared by all connections made under it.
#pragma once
#include <cstddef>
#include <cstdint>

#include "base/object.h"
#include "codec/ws/config.h"
#include "codec/ws/errors.h"
#include "http/config.h"
#include "net/timeout_queue.h"

namespace ue::ws {

// Bytes that may wait for a peer that does not read. Stops peers that ask for much and take nothing from filling the
// memory. Checked before a message is added, so that a single message may be larger. Clients have chosen their peer
// themselves and have no limit unless one is set.
constexpr size_t kServerMaxBuffered = 16 * 1024 * 1024;

struct ConnectionConfig {
    // A client takes what RFC 7692 (section 7.1.2) lets a server choose; many choose windows of 12 bits. The bare
    // parser insists on what it has asked for.
    ConnectionConfig() { parser.deflate.accept_smaller_windows = true; }

    codec::ParserConfig parser;
    uint64_t shutdown_timeout = 5000;  // ms from close() until a peer that does not take the rest is cut off; 0: never
    // ms a compressor with a context is kept for the next message; 0: always. Stops peers that were talkative once from
    // holding a quarter of a megabyte each.
    uint64_t deflate_idle_timeout = 5000;
    static constexpr size_t kByRole = SIZE_MAX;
    size_t max_buffered = kByRole;  // 0: unlimited
    bool tcp_nodelay = false;       // clients only; servers have it in their locations

    size_t max_buffered_of(codec::Role role) const {
        if (max_buffered != kByRole) return max_buffered;
        return role == codec::Role::kServer ? kServerMaxBuffered : 0;
    }
    // Throws Misuse naming the key whose value is out of range.
    void check() const;
};

struct ServerConfig {
    http::ServerConfig http;
    ConnectionConfig connection;

    // What a server that anybody may reach should ask for.
    static ServerConfig safe();
};

struct SharedConnectionConfig : Refcnt {
    explicit SharedConnectionConfig(const ConnectionConfig& c) : value(c) {}
    const ConnectionConfig value;
    // The compressors of the connections made under it that have not been used for a while (ws/compression.h).
    mutable Ref<net::TimeoutQueue> idle_compressors;
};

}  // namespace ue::ws
