#include "xs/glue/http_config.h"

#include <fcntl.h>
#include <unistd.h>

#include <climits>

#include "xs/glue/tls.h"

namespace ue::glue {

namespace {

constexpr int64_t kMaxPort = 65535;

// Duplicates of Perl's descriptors, closed again if the settings turn out to be wrong.
struct Duplicates {
    std::vector<int> fds;
    ~Duplicates() {
        for (int fd : fds)
            ::close(fd);
    }
};

IO* handle_in(SV* sv) {
    SV* glob = SvROK(sv) ? SvRV(sv) : sv;
    if (SvTYPE(glob) == SVt_PVIO) return reinterpret_cast<IO*>(glob);
    return isGV_with_GP(glob) ? GvIO(reinterpret_cast<GV*>(glob)) : nullptr;
}

// A bound socket: its number (which changes hands), or a Perl handle (which perl will close: so a duplicate of it).
int socket_from(pTHX_ const Settings& s, Duplicates& duplicates) {
    SV* sv = s.defined("sock");
    if (!sv || !SvTRUE_nomg(sv)) return -1;
    if (!SvROK(sv) && looks_like_number(sv)) return static_cast<int>(s.integer("sock", 0, INT_MAX, -1));
    IO* io = handle_in(sv);
    const int fd = io && IoIFP(io) ? PerlIO_fileno(IoIFP(io)) : -1;
    const int copy = fd >= 0 ? ::fcntl(fd, F_DUPFD_CLOEXEC, 3) : -1;
    if (copy < 0) s.wrong("sock", "an open socket or its descriptor", sv);
    duplicates.fds.push_back(copy);
    return copy;
}

http::Location location_from(pTHX_ const Settings& s, Duplicates& duplicates) {
    http::Location out;
    out.host = s.text("host");
    out.port = static_cast<uint16_t>(s.integer("port", 0, kMaxPort, 0));
    out.path = s.text("path");
    out.reuse_port = s.flag("reuse_port", out.reuse_port);
    out.backlog = static_cast<int>(s.integer("backlog", 0, INT_MAX, out.backlog));
    out.tcp_nodelay = s.flag("tcp_nodelay", out.tcp_nodelay);
    out.domain = static_cast<int>(s.integer("domain", 0, INT_MAX, out.domain));
    if (out.domain != AF_INET && out.domain != AF_INET6) s.wrong("domain", "AF_INET or AF_INET6", s.find("domain"));
    if (SV* sv = s.defined("ssl_ctx")) out.ssl_ctx = ssl_ctx_arg(aTHX_ sv, s.place() + ": ssl_ctx");
    out.sock = socket_from(aTHX_ s, duplicates);
    return out;
}

}  // namespace

http::ServerConfig http_config_from(pTHX_ const Settings& s) {
    http::ServerConfig out = s.flag("safe", false) ? http::ServerConfig::safe() : http::ServerConfig();
    out.idle_timeout = s.ms("idle_timeout", out.idle_timeout);
    out.handshake_timeout = s.ms("handshake_timeout", out.handshake_timeout);
    out.max_headers_size = s.size("max_headers_size", out.max_headers_size);
    out.max_body_size = s.size("max_body_size", out.max_body_size);
    out.max_keepalive_requests = s.size("max_keepalive_requests", out.max_keepalive_requests);
    out.max_pending = s.size("max_pending", out.max_pending);
    out.require_host = s.flag("require_host", out.require_host);
    out.tcp_nodelay = s.flag("tcp_nodelay", out.tcp_nodelay);
    Duplicates duplicates;
    const std::vector<SV*> locations = s.array("locations");
    for (size_t i = 0; i < locations.size(); ++i)
        out.locations.push_back(location_from(aTHX_ s.element("locations", i, locations[i]), duplicates));
    try {
        if (!out.locations.empty()) out.check();
    } catch (const Misuse& e) {
        throw Misuse(s.place() + ": " + e.what());
    }
    duplicates.fds.clear();
    return out;
}

HV* config_hash(pTHX_ const http::ServerConfig& c) {
    const auto seconds = [&](uint64_t ms) { return newSVnv(static_cast<NV>(ms) / 1000); };
    HV* hash = newHV();
    (void)hv_stores(hash, "idle_timeout", seconds(c.idle_timeout));
    (void)hv_stores(hash, "handshake_timeout", seconds(c.handshake_timeout));
    (void)hv_stores(hash, "max_headers_size", newSVuv(c.max_headers_size));
    (void)hv_stores(hash, "max_body_size", newSVuv(c.max_body_size));
    (void)hv_stores(hash, "max_keepalive_requests", newSVuv(c.max_keepalive_requests));
    (void)hv_stores(hash, "max_pending", newSVuv(c.max_pending));
    (void)hv_stores(hash, "require_host", newSViv(c.require_host));
    return hash;
}

}  // namespace ue::glue
