// Server: configuration and listeners.
#include <algorithm>
#include <cerrno>

#include "base/misuse.h"
#include "http/server.h"
#include "http/server_connection.h"
#include "http/server_listener.h"

namespace ue::http {

namespace {
bool share_a_path(const ServerConfig& a, const ServerConfig& b) {
    for (const Location& x : a.locations)
        for (const Location& y : b.locations)
            if (x.sock < 0 && y.sock < 0 && !x.path.empty() && x.path == y.path) return true;
    return false;
}
}  // namespace

ErrorCode Server::open(ServerConfig& config, Listeners& out) {
    Listeners opened;
    for (const Location& location : config.locations) {
        opened.push_back(std::make_unique<ServerListener>(*this));
        if (const ErrorCode error = opened.back()->open(location, config.tcp_nodelay))
            return error.at("locations[" + std::to_string(opened.size() - 1) + "] (" + location.to_string() + ")");
    }
    // All or nothing: up to here, descriptors still are their giver's.
    for (size_t i = 0; i < opened.size(); ++i)
        opened[i]->keep(config.locations[i]);
    out = std::move(opened);
    return {};
}

ErrorCode Server::configure(ServerConfig config) {
    config.check();
    Listeners opened;
    if (state_ == State::kRunning) {
        if (const ErrorCode error = change_listeners(config, opened)) return error;
        listeners_ = std::move(opened);
    }
    config_ = std::move(config);
    policy_ = make<ServerPolicy>(config_, loop_);
    return {};
}

// Opens the listeners of `next`, with the present ones out of the way if they have to be. On an error the present ones
// are listening, as far as that was still possible.
ErrorCode Server::change_listeners(ServerConfig& next, Listeners& opened) {
    // The file of a path has one owner: closing the old listener would remove the new one's.
    if (!share_a_path(config_, next)) {
        const ErrorCode error = open(next, opened);
        if (!error.contains(system_error(EADDRINUSE)) || listeners_.empty()) return error;
    }
    const bool was_listening = !listeners_.empty();
    listeners_.clear();
    const ErrorCode error = open(next, opened);
    if (error && was_listening) open(config_, listeners_);
    return error;
}

void Server::unconfigure() {
    const Ref<Server> self(this);
    stop();
    if (state_ == State::kInitial) config_ = {};
}

ErrorCode Server::start_listening() {
    if (!listeners_.empty()) throw Misuse("server is already listening");
    if (config_.locations.empty()) throw Misuse("no locations to listen supplied");
    return open(config_, listeners_);
}

void Server::stop_listening() {
    listeners_.clear();
}

std::vector<Ref<net::Stream>> Server::listeners() const {
    std::vector<Ref<net::Stream>> all;
    for (const auto& listener : listeners_)
        all.push_back(listener->stream());
    return all;
}

Expected<net::SockAddr> Server::sockaddr() const {
    if (listeners_.empty()) return system_error(ENOTCONN);
    return listeners_.front()->stream()->sockaddr();
}

}  // namespace ue::http
