// The connecting side. Every connect() is answered by exactly one connect_event, unless the client itself goes before.
//
// Ownership: held by its user alone. When the last reference goes, its socket is reset, silently; but while a message
// sent with a callback is on its way, that message holds the client.
#pragma once
#include <memory>
#include <string_view>

#include "ws/connect_request.h"
#include "ws/connection.h"

namespace ue::ws {

class Client : public Connection {
  public:
    static const Type kType;  // "UniEvent::WebSocket::Client"
    const Type& type() const override { return kType; }

    Client(const ConnectionConfig& config, Ref<net::Loop> loop);

    void configure(const ConnectionConfig& config) override;

    // The response has the outcome: error() unset and CONNECTED; or what the server has answered instead; or, empty,
    // kConnectError over the reason (timed_out, the resolver's, the system's), or operation_canceled.
    Event<Client*, codec::ConnectResponse*> connect_event;

    // Misuse: not in INITIAL ("can't connect(): you should close() the client connection first"), no uri, no host, a
    // scheme other than ws and wss (other than ws for a Unix socket), a body.
    void connect(Ref<ConnectRequest> request);
    // "ws://host/path", "host:80/path", "host". A scheme in the text counts, else `secure`; a port that is not 0 wins.
    void connect(std::string_view host_or_uri, bool secure = false, uint16_t port = 0);

    // The body of a refusal that is worth keeping. Stops a server that refuses without end.
    static constexpr size_t kMaxRefusalBody = 1024 * 1024;

  protected:
    ~Client() override;

  private:
    class Attempt;
    class ConnectListener;
    class TimeoutListener;

    void connect_tcp(ConnectRequest& request, Ref<Listener> made);
    void connection_made(const ErrorCode& error);
    void timed_out();
    void feed(char* data, size_t size);
    void answered(const ErrorCode& reader_error, codec::Span rest);
    void failed(const ErrorCode& error);
    void report(Attempt& attempt, const ErrorCode& error);

    void on_handshake_bytes(char* data, size_t size) override;
    void on_handshake_end(const ErrorCode& error) override;
    void on_closed(State was, uint16_t code, std::string_view reason) override;

    std::unique_ptr<Attempt> attempt_;  // while connecting
};

}  // namespace ue::ws
