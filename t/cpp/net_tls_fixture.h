// What the tests of TLS begin with: an identity, contexts, something to send.
#pragma once
#include <cstdio>

#include "net/ssl_context.h"
#include "net_support.h"
#include "net_tls.h"

namespace net_test {

inline const Identity& self() {
    static const Identity identity = make_identity("localhost");
    return identity;
}

inline Ref<SslContext> make_context(const SslContext::Settings& settings) {
    std::string problem;
    auto context = SslContext::create(settings, &problem);
    if (!context) std::printf("# %s\n", problem.c_str());
    return context ? context.value() : nullptr;
}

inline Ref<SslContext> server_context(const char* min = "1.2", bool tickets = true) {
    SslContext::Settings s;
    s.cert = self().cert;
    s.key = self().key;
    s.min_version = min;
    s.session_tickets = tickets;
    return make_context(s);
}

inline std::string pattern(size_t size) {
    std::string out(size, 0);
    for (size_t i = 0; i < size; ++i)
        out[i] = static_cast<char>('a' + (i * 7 + i / 997) % 26);
    return out;
}

struct Prepare {
    Prepare() { SslContext::default_client(); }
    Leaks leaks;
};

}  // namespace net_test
