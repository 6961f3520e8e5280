// What a server is told: where to listen, and how much a client may ask of it. All times in milliseconds.
#pragma once
#include <sys/socket.h>

#include <cstdint>
#include <string>
#include <vector>

#include "net/ssl_context.h"

namespace ue::http {

struct Location {
    std::string host;  // "*": all interfaces
    uint16_t port = 0;
    std::string path;  // Unix socket; wins over host
    int sock = -1;     // bound, not yet listening; wins over both. Becomes the server's with the first listening
    bool reuse_port = true;
    int backlog = 4096;  // 0: the default
    bool tcp_nodelay = false;
    int domain = AF_INET;  // AF_INET or AF_INET6: how `host` is looked up
    Ref<net::SslContext> ssl_ctx;

    std::string to_string() const;  // as its user has named it: "host 127.0.0.1, port 80"
};

struct ServerConfig {
    static constexpr int kDefaultBacklog = 4096;

    std::vector<Location> locations;
    // Connections on which nothing is going on. 0: for ever.
    uint64_t idle_timeout = 300000;
    // A head that never ends. 0: unlimited.
    size_t max_headers_size = 16384;
    // A body that fills the memory. 0: unlimited.
    size_t max_body_size = 0;
    bool tcp_nodelay = false;  // for every location
    // Responses per connection. 0: unlimited.
    uint64_t max_keepalive_requests = 0;
    // Slow-loris: heads (and TLS handshakes) that come a byte a minute. From the accept, or from the head's first byte
    // on a connection that has been idle, to the head's last byte. 0: for ever.
    uint64_t handshake_timeout = 60000;
    // Requests sent without waiting for the answers to the earlier ones: beyond this many the connection is not read
    // any further until some have been answered.
    size_t max_pending = 64;
    // Requests that servers in between understand as meant for somebody else. A Host header that is there twice or is
    // no host is always refused (RFC 9112 section 3.2); with this, an HTTP/1.1 request without one is, too.
    bool require_host = false;

    // What a server that anybody may reach should ask for.
    static ServerConfig safe();

    // Throws Misuse naming the key and the value: "locations[1]: neither host nor path nor socket defined in one of the
    // locations", "no locations to listen supplied".
    void check() const;
};

}  // namespace ue::http
