// What a client is to connect to, and how: the handshake request with the settings of the way there.
#pragma once
#include "codec/ws/handshake.h"
#include "net/resolver.h"
#include "net/ssl_context.h"

namespace ue::ws {

class ConnectRequest : public codec::ConnectRequest {
  public:
    static const Type kType;  // "UniEvent::WebSocket::ConnectRequest"
    const Type& type() const override { return kType; }

    std::string unix_path;  // of a Unix socket to connect to; the uri's host is for the header only, its scheme is ws
    net::ResolveHints addr_hints;
    bool cached_resolver = true;
    Ref<net::SslContext> ssl_ctx;  // for wss; null: nobody's certificate is checked
    uint64_t timeout = 0;  // ms for name, connection, TLS and handshake together; 0: none
};

}  // namespace ue::ws
