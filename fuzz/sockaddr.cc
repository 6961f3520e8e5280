// Addresses: any text and any native structure; what is accepted prints as something that is accepted as the same
// address.
#include "net/sockaddr.h"
#include "support.h"

using namespace ue;
using namespace ue::net;

namespace {

void look(const Expected<SockAddr>& got, uint16_t port) {
    if (!got) {
        CLAIM(got.error());
        return;
    }
    const SockAddr& a = got.value();
    CLAIM(a == a);
    CLAIM(a.native_size() <= sizeof(sockaddr_un));
    const std::string shown = a.to_string();
    CLAIM(shown.size() < 256);
    if (a.is_inet4() || a.is_inet6()) {
        CLAIM(a.with_port(port).port() == port);
        const auto again = a.is_inet4() ? SockAddr::inet4(a.ip(), a.port())
                                        : SockAddr::inet6(a.ip(), a.port(), a.scope_id(), a.flowinfo());
        CLAIM(again && again.value() == a);
        CLAIM(a.addr().size() == (a.is_inet4() ? 4u : 16u));
    }
    if (a.is_unix()) CLAIM(a.path().size() <= 107);
    if (!a.empty()) {
        const auto native = SockAddr::from_native(a.native(), a.native_size());
        CLAIM(native && native.value() == a);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    std::string_view bytes = fuzz::text(data, size);
    fuzz::Settings s(bytes);
    const uint8_t how = s.octet();
    const uint16_t port = s.pair();
    const fuzz::Copy copy(bytes);
    const std::string_view text(copy.data.get(), copy.size);
    switch (how % 5) {
        case 0:
            look(SockAddr::inet4(text, port), port);
            break;
        case 1:
            look(SockAddr::inet6(text, port, how, port), port);
            break;
        case 2:
            look(SockAddr::unix_path(text), port);
            break;
        case 3:
            look(SockAddr::from_ip(text, port), port);
            break;
        default:
            look(SockAddr::from_native(copy.data.get(), copy.size), port);
    }
    return 0;
}
