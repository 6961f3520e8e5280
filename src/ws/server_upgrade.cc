// The way of a request from HTTP to WebSocket.
#include "codec/http/errors.h"
#include "http/server_request.h"
#include "ws/server.h"

namespace ue::ws {

namespace {

// The octets that the request's head took on the wire, but for blanks that its reader has thrown away.
size_t head_size(const codec::Request& request) {
    constexpr size_t kStartLine = sizeof("  HTTP/1.1\r\n") - 1, kEndOfLine = 2;
    size_t size = request.method_str().size() + request.target().size() + kStartLine;
    for (const codec::Headers::Field field : request.headers())
        size += field.name.size() + sizeof(": ") - 1 + field.value.size() + kEndOfLine;
    return size + kEndOfLine;
}

}  // namespace

ErrorCode Server::upgrade(http::ServerRequest& request) {
    const Ref<Server> hold(this);
    const Ref<http::ServerRequest> hold_request(&request);
    Expected<http::Upgraded> taken = request.upgrade();
    if (!taken) return taken.error();

    Ref<codec::ConnectRequest> handshake = codec::ConnectRequest::received(request);
    const uint64_t limit = connection_config_->value.parser.max_handshake_size;
    if (limit && head_size(request) > limit) handshake->set_error(codec::HttpError::kHeadersTooLarge);

    const Ref<ServerConnection> connection(
        new ServerConnection(*this, std::move(taken.value().stream), connection_config_));
    connections_.add(*connection);
    connection->accept(*this, std::move(handshake), std::move(taken.value().rest));
    return {};
}

}  // namespace ue::ws
