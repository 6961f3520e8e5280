#include "http/config.h"

#include "base/misuse.h"
#include "net/sockaddr.h"

namespace ue::http {

namespace {

void check_location(const Location& l, const std::string& place) {
    if (l.sock < 0 && l.path.empty() && l.host.empty())
        throw Misuse(place + "neither host nor path nor socket defined in one of the locations");
    if (l.backlog < 0) throw Misuse(place + "backlog: must not be negative" + got(std::to_string(l.backlog)));
    if (l.ssl_ctx && !l.ssl_ctx->can_serve()) throw Misuse(place + "ssl_ctx: has no certificate or no key for it");
    if (l.sock >= 0) return;
    if (!l.path.empty() && !net::SockAddr::unix_path(l.path))
        throw Misuse(place + "path: too long for a socket: expected at most 107 bytes" + got(l.path));
    if (l.path.find('\0') != std::string::npos) throw Misuse(place + "path: contains a zero byte" + got(l.path));
    if (!l.path.empty()) return;
    if (l.host.find('\0') != std::string::npos) throw Misuse(place + "host: contains a zero byte" + got(l.host));
    if (l.domain != AF_INET && l.domain != AF_INET6)
        throw Misuse(place + "domain: expected AF_INET or AF_INET6" + got(std::to_string(l.domain)));
}

}  // namespace

// SECURITY.md shows these, and t/80-hostile/safe_settings.t compares.
ServerConfig ServerConfig::safe() {
    ServerConfig c;
    c.handshake_timeout = 10'000;
    c.idle_timeout = 60'000;
    c.max_body_size = 1024 * 1024;
    c.max_keepalive_requests = 1000;
    c.require_host = true;
    return c;
}

void ServerConfig::check() const {
    if (locations.empty()) throw Misuse("no locations to listen supplied");
    for (size_t i = 0; i < locations.size(); ++i)
        check_location(locations[i], "locations[" + std::to_string(i) + "]: ");
    if (!max_pending) throw Misuse("max_pending: expected at least 1" + got("0"));
}

std::string Location::to_string() const {
    if (sock >= 0) return "sock " + std::to_string(sock);
    if (!path.empty()) return "path " + path;
    return "host " + host + ", port " + std::to_string(port);
}

}  // namespace ue::http
