#include "net/tcp.h"

#include <fcntl.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "base/misuse.h"
#include "net/errors.h"
#include "net/wire.h"

namespace ue::net {

const Type Tcp::kType = {"UniEvent::Tcp", &Stream::kType};

namespace {
ErrorCode set_option(int fd, int level, int option, int value) {
    return system_error(setsockopt(fd, level, option, &value, sizeof value) ? errno : 0);
}
}  // namespace

Tcp::Tcp(Ref<Loop> loop, int domain) : Stream(std::move(loop)) {
    if (domain == AF_UNSPEC) return;
    const ErrorCode error = make_socket(domain);
    if (error) throw Failure(error);
}

Tcp::~Tcp() = default;

Ref<Stream> Tcp::make_same_kind() {
    return make<Tcp>(loop());
}

Wire* Tcp::make_wire() {
    Wire* wire = new Wire(*this, Wire::Kind::kTcp);
    if (nodelay_) uv_tcp_nodelay(wire->tcp(), 1);  // libuv sets it when there is a socket
    return wire;
}

ErrorCode Tcp::make_socket(int domain) {
    const int fd = ::socket(domain, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return system_error(errno);
    set_idle_fd(fd, false);
    apply_options();
    return {};
}

ErrorCode Tcp::prepare_listen() {
    return idle_fd() >= 0 ? ErrorCode() : make_socket(AF_INET);
}

// ---- binding ----

ErrorCode Tcp::bind_addr(const SockAddr& address, unsigned flags) {
    const auto fail = [](int failed) { return ErrorCode(NetError::kBindError, system_error(failed)); };
    if (!pristine() || address.empty() || connecting()) return fail(EINVAL);
    if (idle_fd() < 0) {
        const ErrorCode error = make_socket(address.family());
        if (error) return ErrorCode(NetError::kBindError, error);
    }
    const int fd = idle_fd();
    set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
    if (flags & kReusePort) {
        const ErrorCode error = set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
        if (error) return ErrorCode(NetError::kBindError, error);
    }
    if (address.is_inet6()) set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, flags & kIpv6Only ? 1 : 0);
    if (::bind(fd, address.native(), static_cast<socklen_t>(address.native_size()))) {
        if (errno != EADDRINUSE) return fail(errno);
        set_bind_error(errno);
    }
    set_idle_fd(fd, true);
    return {};
}

ErrorCode Tcp::bind(std::string_view host, uint16_t port, const ResolveHints& hints, unsigned flags) {
    if (host == "*") {
        const auto any = hints.family == AF_INET6 ? SockAddr::inet6("::", port) : SockAddr::inet4("0.0.0.0", port);
        return bind_addr(any.value(), flags);
    }
    Resolver::Query query;
    query.node = host;
    query.port = port;
    query.hints = hints;
    const auto found = Resolver::resolve_now(query);
    if (!found) return found.error();
    return bind_addr(found.value().front(), flags);
}

ErrorCode Tcp::open(int fd) {
    if (!pristine() || connecting()) return system_error(EINVAL);
    const int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
    if (own < 0) return system_error(errno);
    sockaddr_storage peer;
    socklen_t size = sizeof peer;
    if (getpeername(own, reinterpret_cast<::sockaddr*>(&peer), &size) == 0) {
        const int status = take(own);
        if (status) {
            ::close(own);
            return uv_error(status);
        }
        apply_options();
        begin_reading();
        return {};
    }
    if (errno != ENOTCONN) {
        const ErrorCode error = system_error(errno);
        ::close(own);
        return error;
    }
    fcntl(own, F_SETFL, fcntl(own, F_GETFL) | O_NONBLOCK);
    set_idle_fd(own, true);
    return {};
}

// ---- connecting ----

class Tcp::Connect : public ConnectRequest {
  public:
    explicit Connect(ConnectOptions&& o) : ConnectRequest(std::move(o.callback), o.timeout_ms), to_(std::move(o)) {}

  private:
    class Found : public ResolveRequest::Callback {
      public:
        Found(Tcp& tcp, Connect& connect) : tcp_(tcp), connect_(connect) {}
        void resolved(ResolveRequest&, const std::vector<SockAddr>& addresses, const ErrorCode& error) override {
            if (connect_.given_up_) return;
            connect_.resolving_.reset();
            connect_.addresses_ = addresses;
            if (error) return tcp_.established(ErrorCode(NetError::kResolveError, error), {});
            connect_.try_next(tcp_);
        }

      private:
        Tcp& tcp_;
        Connect& connect_;
    };

    ErrorCode begin(Stream& stream) override;
    void tried(Stream& stream, const ErrorCode& error) override;
    void give_up() override;
    void try_next(Tcp& tcp);
    ErrorCode try_address(Tcp& tcp, const SockAddr& address);
    Resolver::Query query() const;

    ConnectOptions to_;
    Ref<ResolveRequest> resolving_;
    std::vector<SockAddr> addresses_;
    size_t next_ = 0;
    bool only_one_ = false;  // the socket was bound by the user: it cannot be replaced for another try
    bool given_up_ = false;
    ErrorCode last_;
};

Resolver::Query Tcp::Connect::query() const {
    Resolver::Query query;
    query.node = to_.host;
    query.port = to_.port;
    query.hints = to_.hints;
    query.timeout_ms = 0;  // the request has its own
    query.use_cache = to_.use_cache;
    return query;
}

ErrorCode Tcp::Connect::begin(Stream& stream) {
    auto& tcp = static_cast<Tcp&>(stream);
    if (to_.address.empty()) {
        const auto numeric = SockAddr::from_ip(to_.host, to_.port);
        if (!numeric) {
            resolving_ = tcp.loop()->resolver().resolve(query(), make<Found>(tcp, *this));
            return {};
        }
        to_.address = numeric.value();
    }
    return try_address(tcp, to_.address);
}

ErrorCode Tcp::Connect::try_address(Tcp& tcp, const SockAddr& address) {
    if (tcp.bind_error()) return system_error(tcp.bind_error());
    Wire* wire = tcp.make_wire();
    const int fd = tcp.release_idle_fd();
    int status = 0;
    if (fd >= 0) {
        only_one_ = true;
        status = wire->open(fd);
        if (status) ::close(fd);
    }
    if (!status) status = wire->connect(address);
    if (status) {
        wire->drop();
        return uv_error(status);
    }
    tcp.replace_wire(wire);
    return {};
}

void Tcp::Connect::try_next(Tcp& tcp) {
    while (next_ < addresses_.size() && !(only_one_ && next_)) {
        last_ = try_address(tcp, addresses_[next_++]);
        if (!last_) return;
    }
    if (!last_) last_ = ErrorCode(NetError::kResolveError, ResolveError::kNoData);
    tcp.established(last_, {});
}

void Tcp::Connect::tried(Stream& stream, const ErrorCode& error) {
    auto& tcp = static_cast<Tcp&>(stream);
    if (!error) {
        tcp.apply_options();
        return tcp.established({}, to_.host);
    }
    if (addresses_.empty()) return tcp.established(error, {});
    last_ = error;
    if (to_.use_cache) tcp.loop()->resolver().put_last(query(), addresses_[next_ - 1]);
    try_next(tcp);
}

void Tcp::Connect::give_up() {
    given_up_ = true;
    const Ref<ResolveRequest> resolving = std::move(resolving_);
    if (resolving) resolving->cancel();
}

Ref<ConnectRequest> Tcp::connect(ConnectOptions options) {
    Ref<ConnectRequest> request = make<Connect>(std::move(options));
    push(request);
    return request;
}

// ---- options ----

ErrorCode Tcp::set_nodelay(bool on) {
    nodelay_ = on;
    return fd() < 0 ? ErrorCode() : set_option(fd(), IPPROTO_TCP, TCP_NODELAY, on);
}

ErrorCode Tcp::set_keepalive(bool on, unsigned delay_seconds) {
    keepalive_ = on;
    keepalive_delay_ = delay_seconds;
    if (fd() < 0) return {};
    ErrorCode error = set_option(fd(), SOL_SOCKET, SO_KEEPALIVE, on);
    if (!error && on && delay_seconds)
        error = set_option(fd(), IPPROTO_TCP, TCP_KEEPIDLE, static_cast<int>(delay_seconds));
    return error;
}

// All accepts are simultaneous here.
ErrorCode Tcp::set_simultaneous_accepts(bool) {
    return {};
}

void Tcp::apply_options() {
    if (nodelay_) set_nodelay(true);
    if (keepalive_) set_keepalive(true, keepalive_delay_);
}

// ---- addresses ----

Expected<SockAddr> Tcp::sockaddr() const {
    return own_address();
}
Expected<SockAddr> Tcp::peeraddr() const {
    return peer_address();
}

std::string Tcp::dump() const {
    return "local:" + sockaddr().value().to_string() + " peer:" + peeraddr().value().to_string() +
           " connected:" + (connected() ? "yes" : "no");
}

std::pair<Ref<Tcp>, Ref<Tcp>> Tcp::pair(Ref<Loop> loop, int type, int protocol, Ref<Tcp> first, Ref<Tcp> second) {
    if (!first) first = make<Tcp>(loop);
    if (!second) second = make<Tcp>(loop);
    if (!first->pristine() || !second->pristine() || first == second) throw Failure(system_error(EINVAL));
    int fds[2];
    if (socketpair(AF_UNIX, type | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol, fds)) throw Failure(system_error(errno));
    int status = first->take(fds[0]);
    if (status) ::close(fds[0]);
    const int other = second->take(fds[1]);
    if (other) {
        ::close(fds[1]);
        status = other;
    }
    if (status) {
        first->reset();
        second->reset();
        throw Failure(uv_error(status));
    }
    first->begin_reading();
    second->begin_reading();
    return {std::move(first), std::move(second)};
}

}  // namespace ue::net
