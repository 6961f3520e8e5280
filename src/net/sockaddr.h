// A socket address: an immutable value, at most as large as the system's structure for a path.
#pragma once
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace ue::net {

class SockAddr {
  public:
    SockAddr();  // "no address"

    // Text or hostile bytes in, an address or invalid_argument out.
    static Expected<SockAddr> inet4(std::string_view ip, uint16_t port);  // a dotted quad and nothing else
    // "address%interface" is accepted; the interface's index (0 if unknown) then replaces scope_id.
    static Expected<SockAddr> inet6(std::string_view ip, uint16_t port, uint32_t scope_id = 0, uint32_t flowinfo = 0);
    static Expected<SockAddr> unix_path(std::string_view path);  // filename_too_long above 107 bytes
    // A native structure as accept(), getaddrinfo() or Perl's Socket make it. Unix: `size` may end anywhere behind the
    // family. AF_UNSPEC gives the empty address.
    static Expected<SockAddr> from_native(const void* bytes, size_t size);
    // inet4, inet6 or an error, whatever the text is.
    static Expected<SockAddr> from_ip(std::string_view ip, uint16_t port);

    // From raw addresses in network order (4 and 16 bytes).
    static SockAddr inet4_raw(const void* addr, uint16_t port);
    static SockAddr inet6_raw(const void* addr, uint16_t port, uint32_t scope_id = 0, uint32_t flowinfo = 0);

    bool empty() const { return family() == AF_UNSPEC; }
    int family() const { return u_.any.sa_family; }
    bool is_inet4() const { return family() == AF_INET; }
    bool is_inet6() const { return family() == AF_INET6; }
    bool is_unix() const { return family() == AF_UNIX; }

    const sockaddr* native() const { return &u_.any; }
    size_t native_size() const;  // Unix: family, path and one zero byte

    std::string ip() const;  // canonical text without scope; empty for Unix
    uint16_t port() const;   // 0 for Unix
    SockAddr with_port(uint16_t port) const;
    std::string_view addr() const;  // raw, 4 or 16 bytes; points into this value
    uint32_t scope_id() const;
    uint32_t flowinfo() const;
    std::string_view path() const;  // up to the first zero byte; points into this value

    std::string to_string() const;  // "ip:port", "[ip]:port", "[ip%scope]:port", the path
    bool operator==(const SockAddr& o) const;
    bool operator!=(const SockAddr& o) const { return !(*this == o); }

  private:
    union {
        sockaddr any;
        sockaddr_in in4;
        sockaddr_in6 in6;
        sockaddr_un un;
    } u_;
};

}  // namespace ue::net
