#include "xs/glue/resolving.h"

#include "xs/glue/callback.h"
#include "xs/glue/convert.h"
#include "xs/glue/errors.h"
#include "xs/glue/guard.h"
#include "xs/glue/handles.h"
#include "xs/glue/sockaddr.h"

namespace ue::glue {

namespace {

class PerlResolved : public net::ResolveRequest::Callback {
  public:
    PerlResolved(pTHX_ SV* code) : perl_(aTHX), code_(SvREFCNT_inc_simple_NN(SvRV(code))) {}

    void resolved(net::ResolveRequest& request, const std::vector<net::SockAddr>& found, const ErrorCode& error) override {
        dTHXa(perl_);
        if (perl_is_going(aTHX)) return;
        Ref<PerlResolved> hold(this);
        ENTER;
        SAVETMPS;
        SV* list = error ? &PL_sv_undef : sv_2mortal(addresses(aTHX_ found));
        SV* args[] = {list, sv_2mortal(single_error_sv(aTHX_ error)), wrap_mortal(aTHX_ &request)};
        call_perl(aTHX_ code_, args, std::size(args));
        FREETMPS;
        LEAVE;
    }

  protected:
    ~PerlResolved() override {
        dTHXa(perl_);
        SvREFCNT_dec(code_);
    }

  private:
    static SV* addresses(pTHX_ const std::vector<net::SockAddr>& found) {
        AV* out = newAV();
        for (const net::SockAddr& address : found) av_push(out, sockaddr_sv(aTHX_ address));
        return newRV_noinc(reinterpret_cast<SV*>(out));
    }

    PerlInterpreter* perl_;
    SV* code_;
};

net::Resolver::Config config_in(const Settings& from) {
    net::Resolver::Config to;
    to.cache_expiration_ms = from.ms("cache_expiration_time", to.cache_expiration_ms);
    to.cache_limit = static_cast<size_t>(from.size("cache_limit", to.cache_limit));
    to.query_timeout_ms = from.ms("query_timeout", to.query_timeout_ms);
    constexpr int64_t kMostWorkers = 1000;  // a thread each
    to.workers = static_cast<unsigned>(from.integer("workers", 1, kMostWorkers, to.workers));
    return to;
}

SV* ask(pTHX_ net::Resolver* resolver, net::Resolver::Query query, SV* callback) {
    const auto request = resolver->resolve(std::move(query), Ref<net::ResolveRequest::Callback>(new PerlResolved(aTHX_ callback)));
    return GIMME_V != G_VOID ? wrap(aTHX_ request) : nullptr;
}

}  // namespace

SV* new_resolver(pTHX_ SV* klass, SV* loop, SV* config) {
    net::Loop* of = loop_arg(aTHX_ loop, "UniEvent::Resolver->new: loop");
    return guard(aTHX_ [&] {
        const net::Resolver::Config wanted = config_in(Settings(aTHX_ config, "UniEvent::Resolver->new"));
        return wrap_as(aTHX_ new net::Resolver(of, wanted), klass);
    });
}

SV* resolve_host(pTHX_ net::Resolver* resolver, SV* host, SV* callback, SV* timeout) {
    const std::string_view node = bytes_arg(aTHX_ host);
    check_callback(aTHX_ callback, "UniEvent::Resolver::resolve: callback", true);
    const uint64_t ms = timeout && SvOK(timeout) ? ms_arg(aTHX_ timeout, "UniEvent::Resolver::resolve: timeout")
                                                 : net::Resolver::kDefaultTimeoutMs;
    return guard(aTHX_ [&] {
        net::Resolver::Query query;
        query.node = node;
        query.timeout_ms = ms;
        return ask(aTHX_ resolver, std::move(query), callback);
    });
}

SV* resolve_params(pTHX_ net::Resolver* resolver, SV* params) {
    return guard(aTHX_ [&] {
        const Settings from(aTHX_ params, "UniEvent::Resolver::resolve");
        net::Resolver::Query query;
        query.node = from.text("node");
        query.service = from.text("service");
        query.port = static_cast<uint16_t>(from.integer("port", 0, 65535, 0));
        query.hints = hints_in(from.hash("hints"));
        query.timeout_ms = from.ms("timeout", query.timeout_ms);
        query.use_cache = from.flag("use_cache", true);
        SV* callback = from.find("on_resolve");
        if (!is_code(callback)) from.wrong("on_resolve", "a code reference", callback);
        return ask(aTHX_ resolver, std::move(query), callback);
    });
}

}  // namespace ue::glue
