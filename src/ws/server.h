// Takes WebSocket connections over from HTTP: from the HTTP server that it contains (which listens if locations are
// configured) and from any other one (upgrade()).
//
// Ownership: held by its user; when the last reference goes, all connections are closed as by stop(). Holds its HTTP
// server and its connections; a connection knows it by a plain pointer, cleared when it leaves.
// Everything may be called from any callback.
#pragma once
#include <functional>
#include <memory>
#include <vector>

#include "base/dispatcher.h"
#include "codec/ws/handshake.h"
#include "http/server.h"
#include "ws/config.h"
#include "ws/connection_table.h"
#include "ws/server_connection.h"

namespace ue::http {
class ServerRequest;
}

namespace ue::ws {

class ConnectionIterator;

class Server : public Object {
  public:
    static const Type kType;  // "UniEvent::WebSocket::Server"
    const Type& type() const override { return kType; }

    // Throws as configure() does.
    Server(const ServerConfig& config, Ref<net::Loop> loop);

    // (server, connection, request) while nothing has been answered yet, for bad requests as well. One listener; if it
    // fails (its code threw) without having answered, the peer is refused with 500: nobody gets in by a mistake.
    void set_handshake_callback(Ref<Listener> callback) { handshake_ = std::move(callback); }
    Listener* handshake_callback() const { return handshake_.get(); }
    Event<Server*, ServerConnection*, codec::ConnectRequest*> connection_event;  // the 101 is out, CONNECTED
    // A connection that had been CONNECTED has left: code and reason are those of its close_event.
    Event<Server*, ServerConnection*, int64_t, std::string_view> disconnection_event;

    // Replaces everything; connections that live keep what they were made with. Throws Misuse, or returns why it cannot
    // be listened on, with the old configuration still in force. Without locations the HTTP server is stopped; with
    // some, a running server listens.
    [[nodiscard]] ErrorCode configure(const ServerConfig& config);
    const Ref<net::Loop>& loop() const { return loop_; }
    bool running() const { return running_; }

    [[nodiscard]] ErrorCode run();  // throws Misuse "server is already running"; an error: not running
    // Closes every connection in ascending order of ids, events included, before it returns. Nothing unless running.
    void stop(uint16_t code = codec::kCloseAway);
    [[nodiscard]] ErrorCode
    start_listening();  // throws Misuse if it is listening; nothing without locations, like the next
    void stop_listening();

    const Ref<http::Server>& http() const { return http_; }
    std::vector<Ref<net::Stream>> listeners() const { return http_->listeners(); }
    Expected<net::SockAddr> sockaddr() const { return http_->sockaddr(); }  // error not_connected without a listener

    size_t connections_count() const { return connections_.count(); }
    ServerConnection* get_connection(uint64_t id) const { return connections_.find(id); }
    Ref<ConnectionIterator> connections() const;
    // In ascending order of ids, those that are still held when their turn comes; connections that come meanwhile are
    // left out. Stops when `f` returns false.
    void foreach_connection(const std::function<bool(ServerConnection&)>& f);

    // Takes over the request's connection and runs the handshake, callbacks included. Any HTTP server's request;
    // running or not. An error: nothing was taken. A bad handshake is answered on the wire, and no error here.
    ErrorCode upgrade(http::ServerRequest& request);

    // Closes everything, as the last reference goes. The binding calls it earlier, while the user's object still
    // stands.
    bool farewell() override;

  protected:
    ~Server() override;

  private:
    friend class ServerConnection;
    class Upgrader;  // the HTTP server's fallback: whatever the user did not answer

    ErrorCode apply(const ServerConfig& config);
    void left(ServerConnection& connection, bool was_connected, uint16_t code, std::string_view reason);
    void close_all(uint16_t code);

    Ref<net::Loop> loop_;
    Ref<http::Server> http_;
    std::unique_ptr<Upgrader> upgrader_;
    Ref<Listener> handshake_;
    Ref<const SharedConnectionConfig> connection_config_;
    ConnectionTable connections_;
    const uint32_t forks_;  // the loop's, when this was made
    bool standalone_ = false;
    bool running_ = false;
};

// The connections at the time it was made, one after the other.
class ConnectionIterator : public Object {
  public:
    static const Type kType;  // "UniEvent::WebSocket::XSConnectionIterator"
    const Type& type() const override { return kType; }

    explicit ConnectionIterator(std::vector<Ref<ServerConnection>> list) : list_(std::move(list)) {}
    Ref<ServerConnection> next();  // null at the end, again and again

  private:
    std::vector<Ref<ServerConnection>> list_;
    size_t at_ = 0;
};

}  // namespace ue::ws
