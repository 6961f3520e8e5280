#include "net/sockaddr.h"

#include <arpa/inet.h>
#include <net/if.h>

#include <cerrno>
#include <cstddef>
#include <cstring>

namespace ue::net {

namespace {
// inet_pton wants a terminated string; a text with a zero byte inside must not pass for its beginning.
bool parse(int family, std::string_view text, void* out) {
    char copy[INET6_ADDRSTRLEN];
    if (text.empty() || text.size() >= sizeof copy || text.find('\0') != text.npos) return false;
    copy[text.copy(copy, sizeof copy - 1)] = 0;
    return inet_pton(family, copy, out) == 1;
}
}  // namespace

// All octets: initialising a union need not reach behind its first member, and a path ends at the first zero.
SockAddr::SockAddr() {
    std::memset(&u_, 0, sizeof u_);
    u_.any.sa_family = AF_UNSPEC;
}

Expected<SockAddr> SockAddr::inet4(std::string_view ip, uint16_t port) {
    in_addr addr;
    if (!parse(AF_INET, ip, &addr)) return system_error(EINVAL);
    return inet4_raw(&addr, port);
}

Expected<SockAddr> SockAddr::inet6(std::string_view ip, uint16_t port, uint32_t scope_id, uint32_t flowinfo) {
    const size_t percent = ip.find('%');
    if (percent != ip.npos) {
        const std::string interface(ip.substr(percent + 1));
        scope_id = if_nametoindex(interface.c_str());
        ip = ip.substr(0, percent);
    }
    in6_addr addr;
    if (!parse(AF_INET6, ip, &addr)) return system_error(EINVAL);
    return inet6_raw(&addr, port, scope_id, flowinfo);
}

Expected<SockAddr> SockAddr::from_ip(std::string_view ip, uint16_t port) {
    return ip.find(':') == ip.npos ? inet4(ip, port) : inet6(ip, port);
}

SockAddr SockAddr::inet4_raw(const void* addr, uint16_t port) {
    SockAddr out;
    out.u_.in4.sin_family = AF_INET;
    out.u_.in4.sin_port = htons(port);
    std::memcpy(&out.u_.in4.sin_addr, addr, sizeof out.u_.in4.sin_addr);
    return out;
}

SockAddr SockAddr::inet6_raw(const void* addr, uint16_t port, uint32_t scope_id, uint32_t flowinfo) {
    SockAddr out;
    out.u_.in6.sin6_family = AF_INET6;
    out.u_.in6.sin6_port = htons(port);
    out.u_.in6.sin6_scope_id = scope_id;
    out.u_.in6.sin6_flowinfo = htonl(flowinfo);
    std::memcpy(&out.u_.in6.sin6_addr, addr, sizeof out.u_.in6.sin6_addr);
    return out;
}

Expected<SockAddr> SockAddr::unix_path(std::string_view path) {
    SockAddr out;
    if (path.size() >= sizeof out.u_.un.sun_path) return system_error(ENAMETOOLONG);
    out.u_.un.sun_family = AF_UNIX;
    path.copy(out.u_.un.sun_path, path.size());
    return out;
}

Expected<SockAddr> SockAddr::from_native(const void* bytes, size_t size) {
    sa_family_t family;
    if (size < offsetof(sockaddr, sa_family) + sizeof family) return system_error(EINVAL);
    std::memcpy(&family, static_cast<const char*>(bytes) + offsetof(sockaddr, sa_family), sizeof family);
    SockAddr out;
    switch (family) {
        case AF_UNSPEC:
            return out;
        case AF_INET:
            if (size < sizeof out.u_.in4) return system_error(EINVAL);
            std::memcpy(&out.u_.in4, bytes, sizeof out.u_.in4);
            return out;
        case AF_INET6:
            if (size < sizeof out.u_.in6) return system_error(EINVAL);
            std::memcpy(&out.u_.in6, bytes, sizeof out.u_.in6);
            return out;
        case AF_UNIX: {
            const char* path = static_cast<const char*>(bytes) + offsetof(sockaddr_un, sun_path);
            const size_t room = size - offsetof(sockaddr_un, sun_path);
            return unix_path({path, strnlen(path, room)});
        }
        default:
            return system_error(EINVAL);
    }
}

size_t SockAddr::native_size() const {
    switch (family()) {
        case AF_INET:
            return sizeof u_.in4;
        case AF_INET6:
            return sizeof u_.in6;
        case AF_UNIX:
            return offsetof(sockaddr_un, sun_path) + path().size() + 1;
        default:
            return 0;
    }
}

std::string SockAddr::ip() const {
    char text[INET6_ADDRSTRLEN] = "";
    if (!addr().empty()) inet_ntop(family(), addr().data(), text, sizeof text);
    return text;
}

uint16_t SockAddr::port() const {
    return is_inet4() ? ntohs(u_.in4.sin_port) : is_inet6() ? ntohs(u_.in6.sin6_port) : 0;
}

SockAddr SockAddr::with_port(uint16_t port) const {
    SockAddr out = *this;
    if (is_inet4()) out.u_.in4.sin_port = htons(port);
    if (is_inet6()) out.u_.in6.sin6_port = htons(port);
    return out;
}

std::string_view SockAddr::addr() const {
    if (is_inet4()) return {reinterpret_cast<const char*>(&u_.in4.sin_addr), sizeof u_.in4.sin_addr};
    if (is_inet6()) return {reinterpret_cast<const char*>(&u_.in6.sin6_addr), sizeof u_.in6.sin6_addr};
    return {};
}

uint32_t SockAddr::scope_id() const {
    return is_inet6() ? u_.in6.sin6_scope_id : 0;
}
uint32_t SockAddr::flowinfo() const {
    return is_inet6() ? ntohl(u_.in6.sin6_flowinfo) : 0;
}

std::string_view SockAddr::path() const {
    if (!is_unix()) return {};
    return {u_.un.sun_path, strnlen(u_.un.sun_path, sizeof u_.un.sun_path)};
}

std::string SockAddr::to_string() const {
    switch (family()) {
        case AF_INET:
            return ip() + ":" + std::to_string(port());
        case AF_INET6: {
            const std::string scope = scope_id() ? "%" + std::to_string(scope_id()) : "";
            return "[" + ip() + scope + "]:" + std::to_string(port());
        }
        default:
            return std::string(path());
    }
}

bool SockAddr::operator==(const SockAddr& o) const {
    return family() == o.family() && addr() == o.addr() && port() == o.port() && scope_id() == o.scope_id() &&
           flowinfo() == o.flowinfo() && path() == o.path();
}

}  // namespace ue::net
