// A connection that a server has taken over from HTTP. Held by the server from the upgrade until it is closed, and by
// whoever keeps it after that; does not hold the server.
#pragma once
#include <cstdint>
#include <string>

#include "codec/http/response.h"
#include "codec/ws/handshake.h"
#include "ws/connection.h"

namespace ue::ws {

class Server;

class ServerConnection : public Connection {
  public:
    static const Type kType;  // "UniEvent::WebSocket::ServerConnection"
    const Type& type() const override { return kType; }

    // Unique over all servers and threads of the process, ascending, from 1.
    uint64_t id() const { return id_; }
    Server* server() const { return server_; }  // null once it has left

    // From the handshake callback only, one of them, once; else Misuse.
    // The custom 101. Misuse if the request is bad.
    void send_accept_response(Ref<codec::ConnectResponse> response);
    // The refusal; a bad request gets the default one whatever is given. The connection is closed without events.
    void send_accept_error(Ref<codec::Response> response);

  private:
    friend class Server;
    struct Handshake;
    ServerConnection(Server& server, Ref<net::Stream> stream, Ref<const SharedConnectionConfig> config);
    ~ServerConnection() override;

    // Runs the whole handshake: callback, answer, connection event, then the bytes that came behind the request.
    // The caller holds the server, with one reference.
    void accept(Server& server, Ref<codec::ConnectRequest> request, std::string early_bytes);
    bool ask(Server& server, codec::ConnectRequest& request);
    void answer(Handshake& handshake, codec::ConnectResponse* response);
    void refuse(const codec::ConnectRequest& request, codec::Response* response);
    Handshake& pending_handshake();
    void on_closed(State was, uint16_t code, std::string_view reason) override;
    Ref<Object> holder() override;

    Server* server_;
    const uint64_t id_;
    Handshake* handshake_ = nullptr;  // on the stack of accept()
};

}  // namespace ue::ws
