#include "http/server_listener.h"

#include <cerrno>

#include "base/misuse.h"
#include "http/server.h"
#include "net/descriptor.h"
#include "net/pipe.h"
#include "net/tcp.h"

namespace ue::http {

namespace {
// What `sock` becomes once its descriptor has been used up.
constexpr int kSpent = -2;
}  // namespace

ServerListener::~ServerListener() {
    if (!stream_) return;
    stream_->set_owner(nullptr);
    stream_->reset();
}

ErrorCode ServerListener::open(const Location& location, bool nodelay) {
    nodelay_ = nodelay || location.tcp_nodelay;
    ErrorCode error;
    if (location.sock == kSpent) {
        error = system_error(EBADF);
    } else if (location.sock >= 0) {
        error = open_descriptor(location.sock);
    } else if (!location.path.empty()) {
        error = open_path(location.path);
    } else {
        error = open_host(location);
    }
    if (error) return error;
    stream_->set_owner(this);
    if (location.ssl_ctx) stream_->use_ssl(location.ssl_ctx);
    return stream_->listen(location.backlog ? location.backlog : ServerConfig::kDefaultBacklog);
}

void ServerListener::keep(Location& location) {
    if (location.sock < 0) return;
    net::close_descriptor(location.sock);
    location.sock = kSpent;
}

ErrorCode ServerListener::open_descriptor(int fd) {
    const Expected<net::SockAddr> address = net::descriptor_address(fd);
    if (!address) return address.error();
    if (address.value().is_unix()) {
        auto pipe = make<net::Pipe>(server_.loop());
        stream_ = pipe;
        return pipe->open(fd, net::Pipe::kNotConnected);
    }
    auto tcp = make<net::Tcp>(server_.loop());
    stream_ = tcp;
    return tcp->open(fd);
}

ErrorCode ServerListener::open_path(const std::string& path) {
    auto pipe = make<net::Pipe>(server_.loop());
    stream_ = pipe;
    if (const ErrorCode error = net::remove_file(path)) return error;
    return pipe->bind(path);
}

ErrorCode ServerListener::open_host(const Location& location) {
    auto tcp = make<net::Tcp>(server_.loop());
    stream_ = tcp;
    net::ResolveHints hints;
    hints.family = location.domain;
    return tcp->bind(location.host, location.port, hints, location.reuse_port ? net::Tcp::kReusePort : 0u);
}

void ServerListener::on_accept(Ref<net::Stream> client) {
    if (nodelay_) {
        if (auto* tcp = object_cast<net::Tcp>(client.get())) tcp->set_nodelay(true);
    }
    server_.accept(std::move(client));
}

}  // namespace ue::http
