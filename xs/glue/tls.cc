#include "xs/glue/tls.h"

#include "xs/glue/settings.h"
#include "xs/glue/wrapper.h"

namespace ue::glue {

namespace {

// A pointer's number can only be checked for looking like one: aligned, and not in the first page.
bool is_address(UV number) { return number >= 4096 && number % alignof(void*) == 0; }

net::SslContext::Verify verify_of(const Settings& from) {
    using Verify = net::SslContext::Verify;
    const std::string word = from.text("verify", "none");
    if (word == "none" || word == "0" || word.empty()) return Verify::kNone;
    if (word == "peer" || word == "1") return Verify::kPeer;
    if (word == "required") return Verify::kRequired;
    from.wrong("verify", "none, peer or required", from.find("verify"));
}

}  // namespace

Ref<net::SslContext> ssl_ctx_arg(pTHX_ SV* sv, const std::string& place) {
    if (!sv || !SvOK(sv)) return nullptr;
    if (auto* ours = object_in<net::SslContext>(aTHX_ sv)) return Ref<net::SslContext>(ours);
    SV* holder = SvROK(sv) && SvOBJECT(SvRV(sv)) ? SvRV(sv) : sv;
    const bool number = !SvROK(holder) && (SvIOK(holder) || looks_like_number(holder));
    if (!number || !is_address(SvUV(holder)))
        throw Misuse(place + ": expected a UniEvent::SslContext or an SSL_CTX as Net::SSLeay makes it, got " + shown(aTHX_ sv));
    return net::SslContext::adopt(INT2PTR(void*, SvUV(holder)));
}

Ref<net::SslContext> make_ssl_context(pTHX_ SV* settings) {
    const Settings from(aTHX_ settings, "UniEvent::SslContext->new");
    net::SslContext::Settings to;
    to.cert = from.text("cert");
    to.key = from.text("key");
    to.chain = from.text("chain");
    to.ca = from.text("ca");
    to.passphrase = from.text("passphrase");
    to.verify = verify_of(from);
    to.min_version = from.text("min_version", to.min_version);
    to.session_tickets = from.flag("session_tickets", to.session_tickets);
    to.server = from.flag("server", !to.cert.empty());
    std::string problem;
    const auto made = net::SslContext::create(to, &problem);
    if (!made) throw Misuse(from.place() + ": " + problem);
    return made.value();
}

}  // namespace ue::glue
