#include "ws/server_connection.h"

#include <atomic>
#include <optional>

#include "base/misuse.h"
#include "ws/server.h"

namespace ue::ws {

const Type ServerConnection::kType = {"UniEvent::WebSocket::ServerConnection", &Connection::kType};

namespace {

std::atomic<uint64_t> last_id{0};  // shared by all threads: an id names a connection of the process

Ref<codec::Response> failed_handshake() {
    Ref<codec::Response> response = make<codec::Response>();
    response->set_code(500);
    response->set_message(codec::reason_phrase(500));
    return response;
}

}  // namespace

struct ServerConnection::Handshake {
    Ref<codec::ConnectRequest> request;
    std::optional<codec::DeflateAgreement> agreed;
    bool answered = false;
};

ServerConnection::ServerConnection(Server& server, Ref<net::Stream> stream, Ref<const SharedConnectionConfig> config)
    : Connection(codec::Role::kServer, stream->loop(), std::move(config)), server_(&server), id_(++last_id) {
    state_ = State::kConnecting;
    attach(std::move(stream));
}

ServerConnection::~ServerConnection() = default;

void ServerConnection::accept(Server& server, Ref<codec::ConnectRequest> request, std::string early_bytes) {
    const Ref<ServerConnection> hold(this);
    Handshake handshake{request, {}, false};
    handshake_ = &handshake;
    const bool decided = ask(server, *request);
    handshake_ = nullptr;
    if (state_ != State::kConnecting) return;
    if (server.reclaim()) return close();  // only the caller holds it: it was dropped in the callback
    if (!handshake.answered) {
        if (request->error()) return refuse(*request, nullptr);
        if (!decided) return refuse(*request, failed_handshake().get());
        answer(handshake, nullptr);
    }
    established(handshake.agreed ? &*handshake.agreed : nullptr);
    server.connection_event.emit(&server, this, request.get());
    if (connected() && !early_bytes.empty() && !server.reclaim()) receive({early_bytes.data(), early_bytes.size()});
}

// False: the callback failed.
bool ServerConnection::ask(Server& server, codec::ConnectRequest& request) {
    const Ref<Listener> callback = server.handshake_;
    if (!callback) return true;
    const Value args[] = {Value(&server), Value(this), Value(&request)};
    return callback->call(args, 3, nullptr);
}

ServerConnection::Handshake& ServerConnection::pending_handshake() {
    if (!handshake_ || handshake_->answered || state_ != State::kConnecting)
        throw Misuse("handshake response has been already sent");
    return *handshake_;
}

void ServerConnection::send_accept_response(Ref<codec::ConnectResponse> response) {
    Handshake& handshake = pending_handshake();
    if (handshake.request->error()) throw Misuse("client has not been accepted");
    answer(handshake, response.get());
}

void ServerConnection::send_accept_error(Ref<codec::Response> response) {
    Handshake& handshake = pending_handshake();
    if (!response && !handshake.request->error()) throw Misuse("no errors found");
    refuse(*handshake.request, response.get());
}

void ServerConnection::answer(Handshake& handshake, codec::ConnectResponse* response) {
    const codec::ParserConfig& own = config().parser;
    std::string text;
    handshake.agreed =
        codec::write_acceptance(*handshake.request, response, own.deflate_enabled ? &own.deflate : nullptr, text);
    handshake.answered = true;
    stream()->append(text);
}

void ServerConnection::refuse(const codec::ConnectRequest& request, codec::Response* response) {
    std::string text;
    codec::write_refusal(request, response, text);
    stream()->append(text);
    end(codec::kCloseNone, {}, Leave::kFlush);
}

Ref<Object> ServerConnection::holder() {
    return server_;
}

void ServerConnection::on_closed(State was, uint16_t code, std::string_view reason) {
    Server* server = server_;
    server_ = nullptr;
    if (server) server->left(*this, was == State::kConnected, code, reason);
}

}  // namespace ue::ws
