#include "xs/glue/http_client.h"

#include "xs/glue/callback.h"
#include "xs/glue/context.h"
#include "xs/glue/convert.h"
#include "xs/glue/errors.h"
#include "xs/glue/guard.h"
#include "xs/glue/http_messages.h"
#include "xs/glue/sockaddr.h"
#include "xs/glue/tls.h"
#include "xs/glue/wrapper.h"

namespace ue::glue {

namespace {

class PerlResponseFactory : public http::Request::ResponseFactory {
  public:
    PerlResponseFactory(pTHX_ SV* code) : perl_(aTHX), code_(SvREFCNT_inc_simple_NN(SvRV(code))) {}

    Ref<http::Response> make(http::Request& request) override {
        dTHXa(perl_);
        if (perl_is_going(aTHX)) return nullptr;
        Ref<PerlResponseFactory> hold(this);
        ENTER;
        SAVETMPS;
        SV* argument = wrap_mortal(aTHX_ & request);
        SV* made = ask_perl(aTHX_ code_, &argument, 1);
        Ref<http::Response> response(made ? checked(aTHX_ made) : nullptr);
        FREETMPS;
        LEAVE;
        return response;
    }
    SV* code() const { return code_; }

  protected:
    ~PerlResponseFactory() override {
        dTHXa(perl_);
        SvREFCNT_dec(code_);
    }

  private:
    static http::Response* checked(pTHX_ SV* made) {
        auto* response = object_in<http::Response>(aTHX_ made);
        if (response && !response->is_done()) return response;
        set_pending(aTHX_ exception_for(
            aTHX_ std::string("response_factory: expected a new object of class UniEvent::HTTP::Response")));
        if (net::Loop* running = context(aTHX).running) running->stop();
        return nullptr;
    }

    PerlInterpreter* perl_;
    SV* code_;
};

bool is_code(SV* sv) {
    return SvROK(sv) && SvTYPE(SvRV(sv)) == SVt_PVCV;
}

void add_callback(pTHX_ Dispatcher& event, const Settings& s, const char* key) {
    SV* code = s.defined(key);
    if (!code) return;
    if (!is_code(code)) s.wrong(key, "a code reference", code);
    event.add(Ref<Listener>(new PerlListener(aTHX_ code, false)));
}

}  // namespace

void fill_client_request(pTHX_ http::Request& request, const Settings& s) {
    fill_request(aTHX_ request, s);
    http::Request::Settings& to = request.settings;
    to.timeout = s.ms("timeout", to.timeout);
    to.connect_timeout = s.ms("connect_timeout", to.connect_timeout);
    to.follow_redirect = s.flag("follow_redirect", to.follow_redirect);
    to.redirection_limit =
        static_cast<uint32_t>(s.integer("redirection_limit", 0, UINT32_MAX, int64_t{to.redirection_limit}));
    to.tcp_nodelay = s.flag("tcp_nodelay", to.tcp_nodelay);
    if (s.defined("tcp_hints")) to.tcp_hints = hints_in(s.hash("tcp_hints"));
    if (SV* sv = s.defined("ssl_ctx")) to.ssl_ctx = ssl_ctx_arg(aTHX_ sv, s.place() + ": ssl_ctx");
    if (SV* sv = s.defined("proxy")) to.proxy = uri_arg(aTHX_ sv, (s.place() + ": proxy").c_str());
    if (SV* sv = s.defined("response_factory")) set_response_factory(aTHX_ request, sv, s);
    add_callback(aTHX_ request.response_event, s, "response_callback");
    add_callback(aTHX_ request.partial_event, s, "partial_callback");
    add_callback(aTHX_ request.redirect_event, s, "redirect_callback");
    add_callback(aTHX_ request.continue_event, s, "continue_callback");
}

Ref<http::Request> client_request_arg(pTHX_ SV* sv, const char* place) {
    if (auto* request = object_in<http::Request>(aTHX_ sv)) return Ref<http::Request>(request);
    if (!SvROK(sv) || SvTYPE(SvRV(sv)) != SVt_PVHV || object_in(aTHX_ sv))
        throw Misuse(std::string(place) + ": expected an object of class UniEvent::HTTP::Request or a hash reference, got " +
                     shown(aTHX_ sv));
    Ref<http::Request> made = make<http::Request>();
    fill_client_request(aTHX_ * made, Settings(aTHX_ sv, place));
    return made;
}

void set_response_factory(pTHX_ http::Request& request, SV* code, const Settings& place) {
    if (is_defined(aTHX_ code) && !is_code(code)) place.wrong("response_factory", "a code reference", code);
    request.settings.response_factory = SvOK(code) ? make<PerlResponseFactory>(aTHX_ code) : nullptr;
}

SV* response_factory(pTHX_ const http::Request& request) {
    // Only this file makes factories.
    auto* factory = static_cast<PerlResponseFactory*>(request.settings.response_factory.get());
    return factory ? newRV_inc(factory->code()) : newSV(0);
}

SV* hints_hash(pTHX_ const net::ResolveHints& hints) {
    HV* out = newHV();
    (void)hv_stores(out, "family", newSViv(hints.family));
    (void)hv_stores(out, "socktype", newSViv(hints.socktype));
    (void)hv_stores(out, "protocol", newSViv(hints.protocol));
    (void)hv_stores(out, "flags", newSViv(hints.flags));
    return newRV_noinc(reinterpret_cast<SV*>(out));
}

ErrorCode cancel_reason(pTHX_ SV* error) {
    const ErrorCode given = is_defined(aTHX_ error) ? error_in(aTHX_ error) : ErrorCode();
    return given ? given : system_error(ECANCELED);
}

http::Pool::Config pool_config_from(const Settings& s) {
    http::Pool::Config out;
    out.timeout = s.ms("timeout", out.timeout);
    out.max_connections = s.size("max_connections", out.max_connections);
    return out;
}

}  // namespace ue::glue
