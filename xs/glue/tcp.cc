#include "xs/glue/callback.h"
#include "xs/glue/convert.h"
#include "xs/glue/guard.h"
#include "xs/glue/handles.h"
#include "xs/glue/sockaddr.h"
#include "xs/glue/streams.h"

namespace ue::glue {

namespace {

SV* start_connect(pTHX_ net::Tcp* tcp, net::Tcp::ConnectOptions options) {
    const Ref<net::ConnectRequest> request = tcp->connect(std::move(options));
    return GIMME_V != G_VOID ? wrap(aTHX_ request) : nullptr;
}

net::Tcp::ConnectOptions options_in(pTHX_ const Settings& from) {
    net::Tcp::ConnectOptions to;
    if (SV* address = from.defined("addr")) {
        if (!read_sockaddr(aTHX_ address, to.address)) from.wrong("addr", "a socket address", address);
    } else {
        to.host = from.text("host");
        if (to.host.empty()) from.wrong("host", "a name or an address", from.find("host"));
        if (!from.defined("port"))
            throw Misuse(from.place() + ": port required: expected a number from 1 to 65535, got undef");
        to.port = static_cast<uint16_t>(from.integer("port", 0, 65535, 0));
    }
    to.hints = hints_in(from.hash("hints"));
    to.timeout_ms = from.ms("timeout", 0);
    to.use_cache = from.flag("use_cache", true);
    if (SV* callback = from.defined("callback")) {
        if (!is_code(callback)) from.wrong("callback", "a code reference", callback);
        to.callback = listener_arg(aTHX_ callback);
    }
    return to;
}

Ref<net::Tcp> stream_in(pTHX_ const Settings& from, const char* key) {
    SV* sv = from.defined(key);
    if (!sv) return nullptr;
    auto* tcp = object_in<net::Tcp>(aTHX_ sv);
    if (!tcp) from.wrong(key, "an object of class UniEvent::Tcp", sv);
    return Ref<net::Tcp>(tcp);
}

}  // namespace

SV* connect_by_name(pTHX_ Method method, net::Tcp* tcp, SV* host, SV* port, SV* third, SV* fourth) {
    if (!port || !SvOK(port)) refuse(aTHX_ method, "port required", port);
    const std::string_view name = bytes_arg(aTHX_ host);
    const uint16_t number = port_arg(aTHX_ port, {method, "port"});
    const Waiting with = waiting_args(aTHX_ method, third, fourth);
    return guard(
        aTHX_[&] {
            net::Tcp::ConnectOptions options;
            options.host = name;
            options.port = number;
            options.timeout_ms = with.timeout_ms;
            options.callback = listener_arg(aTHX_ with.callback);
            return start_connect(aTHX_ tcp, std::move(options));
        },
        method);
}

SV* connect_by_params(pTHX_ Method method, net::Tcp* tcp, SV* params) {
    return guard(
        aTHX_[&] { return start_connect(aTHX_ tcp, options_in(aTHX_ Settings(aTHX_ params, method.name()))); }, method);
}

SV* connect_by_addr(pTHX_ Method method, net::Tcp* tcp, SV* address, SV* second, SV* third) {
    const net::SockAddr to = sockaddr_arg(aTHX_ address, {method, "sockaddr"});
    const Waiting with = waiting_args(aTHX_ method, second, third);
    return guard(
        aTHX_[&] {
            net::Tcp::ConnectOptions options;
            options.address = to;
            options.timeout_ms = with.timeout_ms;
            options.callback = listener_arg(aTHX_ with.callback);
            return start_connect(aTHX_ tcp, std::move(options));
        },
        method);
}

SV* bind_tcp(pTHX_ Method method, net::Tcp* tcp, SV* host, SV* port, SV* hints, unsigned flags) {
    const std::string_view name = bytes_arg(aTHX_ host);
    const uint16_t number = port_arg(aTHX_ port, {method, "port"});
    return guard(
        aTHX_[&] {
            const net::ResolveHints wanted = hints_in(Settings(aTHX_ hints, method.name() + ": hints", ""));
            return mortal_error(aTHX_ tcp->bind(name, number, wanted, flags));
        },
        method);
}

Pair tcp_pair(pTHX_ Method method, SV* loop_or_params) {
    const bool hash = loop_or_params && SvROK(loop_or_params) && SvTYPE(SvRV(loop_or_params)) == SVt_PVHV &&
                      !SvOBJECT(SvRV(loop_or_params));
    SV* loop = hash ? nullptr : loop_or_params;
    if (hash)
        if (SV** slot = hv_fetchs(reinterpret_cast<HV*>(SvRV(loop_or_params)), "loop", 0)) loop = *slot;
    net::Loop* given = optional_arg<net::Loop>(aTHX_ loop, {method, "loop"});
    return guard(
        aTHX_[&] {
            const Settings from(aTHX_ hash ? loop_or_params : nullptr, method.name());
            const auto first = stream_in(aTHX_ from, "handle1"), second = stream_in(aTHX_ from, "handle2");
            const Ref<net::Loop> in(given    ? given
                                    : first  ? first->loop().get()
                                    : second ? second->loop().get()
                                             : default_loop(aTHX));
            const int type = static_cast<int>(from.integer("type", 0, INT32_MAX, SOCK_STREAM));
            const int protocol = static_cast<int>(from.integer("protocol", 0, INT32_MAX, PF_UNSPEC));
            const auto made = net::Tcp::pair(in, type, protocol, first, second);
            return Pair{wrap_mortal(aTHX_ made.first.get()), wrap_mortal(aTHX_ made.second.get())};
        },
        method);
}

}  // namespace ue::glue
