#include "ws/server.h"

#include "base/misuse.h"
#include "codec/http/errors.h"
#include "http/server_request.h"
#include "http/server_response.h"

namespace ue::ws {

const Type Server::kType = {"UniEvent::WebSocket::Server", &Object::kType};
const Type ConnectionIterator::kType = {"UniEvent::WebSocket::XSConnectionIterator", &Object::kType};

// Upgrades what asks for it and was not answered by the user; everything else is left to the user, or refused if the
// server has nobody whom it could be left to.
class Server::Upgrader : public http::RequestHandler {
  public:
    explicit Upgrader(Server& server) : server_(server) {}
    void on_request(http::ServerRequest& request) override {
        if (!request.attached() || request.response()) return;
        if (asks_for_websocket(request)) {
            server_.upgrade(request);
        } else if (!server_.http_->request_event.has_listeners() && !server_.http_->route_event.has_listeners()) {
            refuse(request);
        }
    }

  private:
    static bool asks_for_websocket(const http::ServerRequest& request) {
        if (!request.headers().has_token("Connection", "upgrade")) return false;
        for (std::string_view protocol : request.headers().get_all("Upgrade"))
            if (contains_nocase(protocol, "websocket")) return true;
        return false;
    }
    // Nobody has seen the request, so nobody is ever going to answer it.
    static void refuse(http::ServerRequest& request) {
        const Ref<http::ServerResponse> response = make<http::ServerResponse>();
        response->set_code(426);
        response->headers().add("Connection", "Upgrade");
        response->headers().add("Upgrade", "websocket");
        response->headers().add("Sec-WebSocket-Version", "13");
        response->headers().add("Content-Type", "text/plain");
        response->set_body("426 Upgrade Required\nonly WebSocket connections are served here\n");
        request.respond(response);
    }
    static bool contains_nocase(std::string_view text, std::string_view wanted) {
        for (; text.size() >= wanted.size(); text.remove_prefix(1))
            if (codec::equals_nocase(text.substr(0, wanted.size()), wanted)) return true;
        return false;
    }
    Server& server_;
};

Server::Server(const ServerConfig& config, Ref<net::Loop> loop)
    : loop_(std::move(loop)),
      http_(make<http::Server>(loop_)),
      upgrader_(std::make_unique<Upgrader>(*this)),
      forks_(loop_->forks()) {
    (void)apply(config);  // nothing listens yet, so only a Misuse is possible
    http_->set_fallback(upgrader_.get());
}

Server::~Server() {
    http_->set_fallback(nullptr);
}

// In a forked child the connections are the parent's, which goes on with them: nothing is sent and nobody is told.
bool Server::farewell() {
    if (loop_->forks() != forks_) {
        for (const Ref<ServerConnection>& connection : connections_.snapshot())
            connection->server_ = nullptr;
        return false;
    }
    if (!running_ && !connections_.count()) return false;
    const Ref<Server> hold(this);
    running_ = false;
    if (standalone_) http_->stop();
    close_all(codec::kCloseAway);
    return true;
}

ErrorCode Server::configure(const ServerConfig& config) {
    const Ref<Server> hold(this);
    return apply(config);
}

ErrorCode Server::apply(const ServerConfig& config) {
    config.connection.check();
    const bool standalone = !config.http.locations.empty();
    if (standalone) {
        if (ErrorCode error = http_->configure(config.http)) return error;
        if (running_ && !http_->running())
            if (ErrorCode error = http_->run()) return error;
    } else {
        http_->unconfigure();
    }
    standalone_ = standalone;
    connection_config_ = make<SharedConnectionConfig>(config.connection);
    return {};
}

ErrorCode Server::run() {
    if (running_) throw Misuse("server is already running");
    const Ref<Server> hold(this);
    running_ = true;  // before the HTTP server tells of it, so that stop() works in there
    try {
        ErrorCode error = standalone_ ? http_->run() : ErrorCode();
        if (error) running_ = false;
        return error;
    } catch (...) {
        running_ = false;
        throw;
    }
}

void Server::stop(uint16_t code) {
    if (!running_) return;
    const Ref<Server> hold(this);
    running_ = false;
    if (standalone_) http_->stop();
    close_all(code);
}

ErrorCode Server::start_listening() {
    if (!standalone_) return {};
    return http_->start_listening();
}

void Server::stop_listening() {
    if (standalone_) http_->stop_listening();
}

void Server::close_all(uint16_t code) {
    uint64_t id = 0;
    for (const uint64_t last = connections_.last_id(); id < last;) {
        const Ref<ServerConnection> connection(connections_.after(id));
        if (!connection) return;
        id = connection->id();
        connection->close(code);
    }
}

void Server::left(ServerConnection& connection, bool was_connected, uint16_t code, std::string_view reason) {
    const Ref<Server> hold(this);
    connections_.remove(connection.id());
    if (was_connected) disconnection_event.emit(this, &connection, int64_t{code}, reason);
}

Ref<ConnectionIterator> Server::connections() const {
    return make<ConnectionIterator>(connections_.snapshot());
}

void Server::foreach_connection(const std::function<bool(ServerConnection&)>& f) {
    const Ref<Server> hold(this);
    uint64_t id = 0;
    for (const uint64_t last = connections_.last_id(); id < last;) {
        const Ref<ServerConnection> connection(connections_.after(id));
        if (!connection) return;
        id = connection->id();
        if (!f(*connection)) return;
    }
}

Ref<ServerConnection> ConnectionIterator::next() {
    return at_ < list_.size() ? std::move(list_[at_++]) : Ref<ServerConnection>();
}

}  // namespace ue::ws
