#include "xs/glue/sockaddr.h"

#include "base/misuse.h"
#include "xs/glue/convert.h"

namespace ue::glue {

namespace {

const char* class_of(const net::SockAddr& address) {
    return address.is_inet4() ? "Net::SockAddr::Inet4" : address.is_inet6() ? "Net::SockAddr::Inet6" : "Net::SockAddr::Unix";
}

SV* packed_object(pTHX_ const net::SockAddr& address, HV* stash) {
    SV* bytes = newSVpvn(reinterpret_cast<const char*>(address.native()), address.native_size());
    SV* reference = sv_bless(newRV_noinc(bytes), stash);
    SvREADONLY_on(bytes);
    return reference;
}

bool is_address_object(pTHX_ SV* sv) { return SvROK(sv) && SvOBJECT(SvRV(sv)) && sv_derived_from(sv, "Net::SockAddr"); }

bool from_bytes(SV* holder, net::SockAddr& out) {
    if (!SvPOK(holder)) return false;
    const auto made = net::SockAddr::from_native(SvPVX(holder), SvCUR(holder));
    if (made) out = made.value();
    return static_cast<bool>(made);
}

}  // namespace

SV* sockaddr_sv(pTHX_ const net::SockAddr& address) {
    if (address.empty()) return newSV(0);
    return packed_object(aTHX_ address, gv_stashpv(class_of(address), GV_ADD));
}

bool read_sockaddr(pTHX_ SV* sv, net::SockAddr& out) {
    out = net::SockAddr();
    if (!sv || !SvOK(sv)) return true;
    if (is_address_object(aTHX_ sv)) return from_bytes(SvRV(sv), out);
    return !SvROK(sv) && from_bytes(sv, out);
}

net::SockAddr sockaddr_arg(pTHX_ SV* sv, const Argument& argument) {
    net::SockAddr out;
    SvGETMAGIC(sv);
    if (!read_sockaddr(aTHX_ sv, out)) refuse(aTHX_ argument, "invalid sockaddr: expected an object of class Net::SockAddr or a packed address", sv);
    if (out.empty()) refuse(aTHX_ argument, "expected a socket address", sv);
    return out;
}

net::SockAddr sockaddr_self(pTHX_ SV* sv, Method method) {
    net::SockAddr out;
    if (!is_address_object(aTHX_ sv) || !read_sockaddr(aTHX_ sv, out)) refuse(aTHX_ {method, "self"}, "not a socket address object", sv);
    return out;
}

SV* sockaddr_copy(pTHX_ SV* sv, Method method) {
    net::SockAddr out;
    SvGETMAGIC(sv);
    if (!read_sockaddr(aTHX_ sv, out)) refuse(aTHX_ {method, "sockaddr"}, "invalid sockaddr: expected an object of class Net::SockAddr or a packed address", sv);
    return sockaddr_sv(aTHX_ out);
}

SV* made_sockaddr(pTHX_ const Expected<net::SockAddr>& made, SV* klass, const std::string& problem) {
    if (!made) throw Misuse(problem);
    HV* stash = SvROK(klass) ? nullptr : gv_stashsv(klass, GV_ADD);
    return packed_object(aTHX_ made.value(), stash ? stash : gv_stashpv(class_of(made.value()), GV_ADD));
}

void check_raw_address(pTHX_ SV* addr, size_t expected, const char* argument) {
    if (text_arg(aTHX_ addr).size() == expected) return;
    refuse(aTHX_ argument, expected == 4 ? "invalid ip4 addr: expected 4 bytes" : "invalid ip6 addr: expected 16 bytes", addr);
}

uint16_t port_arg(pTHX_ SV* sv, const Argument& argument) {
    const NV value = SvOK(sv) && looks_like_number(sv) ? SvNV(sv) : -1;
    if (!(value >= 0 && value <= 65535) || value != std::floor(value))
        refuse(aTHX_ argument, "expected a port from 0 to 65535", sv);
    return static_cast<uint16_t>(value);
}

net::ResolveHints hints_in(const Settings& hints) {
    const auto number = [&](const char* key, int otherwise) {
        return static_cast<int>(hints.integer(key, 0, INT32_MAX, otherwise));
    };
    net::ResolveHints out;
    out.family = number("family", out.family);
    out.socktype = number("socktype", out.socktype);
    out.protocol = number("protocol", out.protocol);
    out.flags = number("flags", out.flags);
    return out;
}

}  // namespace ue::glue
