#include "xs/glue/http_cookie_jar.h"

#include <ctime>

#include "xs/glue/callback.h"
#include "xs/glue/context.h"
#include "xs/glue/convert.h"
#include "xs/glue/http_cookies.h"
#include "xs/glue/uri.h"

namespace ue::glue {

namespace {

class PerlIgnore : public Refcnt {
  public:
    PerlIgnore(pTHX_ SV* code) : perl_(aTHX), code_(SvREFCNT_inc_simple_NN(SvRV(code))) {}

    bool ask(const std::string& name, const codec::SetCookie& cookie) {
        dTHXa(perl_);
        if (perl_is_going(aTHX)) return false;
        const Ref<PerlIgnore> hold(this);
        ENTER;
        SAVETMPS;
        SV* args[] = {sv_2mortal(bytes_sv(aTHX_ name)), sv_2mortal(cookie_hash(aTHX_ cookie))};
        SV* answer = ask_perl(aTHX_ code_, args, 2);
        const bool ignore = answer && SvTRUE(answer);
        FREETMPS;
        LEAVE;
        return ignore;
    }

  protected:
    ~PerlIgnore() override {
        dTHXa(perl_);
        SvREFCNT_dec(code_);
    }

  private:
    PerlInterpreter* perl_;
    SV* code_;
};

SV* entry_hash(pTHX_ const codec::CookieJar::Entry& entry) {
    SV* out = cookie_hash(aTHX_ entry.cookie);
    auto* hv = reinterpret_cast<HV*>(SvRV(out));
    (void)hv_stores(hv, "name", bytes_sv(aTHX_ entry.name));
    (void)hv_stores(hv, "host_only", newSViv(entry.host_only));
    if (!entry.origin.empty()) (void)hv_stores(hv, "origin", bytes_sv(aTHX_ entry.origin));
    return out;
}

}  // namespace

int64_t now_arg(pTHX_ SV* sv, const char* argument) {
    int64_t seconds = std::time(nullptr);
    if (is_defined(aTHX_ sv) && !date_in(aTHX_ sv, seconds))
        throw Misuse(std::string(argument) + ": expected seconds since 1970 or a date, got " + shown(aTHX_ sv));
    return seconds;
}

Ref<codec::Uri> known_uri_arg(pTHX_ SV* sv, const char* argument) {
    Ref<codec::Uri> uri = uri_arg(aTHX_ sv, argument);
    if (!uri) throw Misuse(std::string(argument) + ": expected a uri, got undef");
    return uri;
}

void set_ignore(pTHX_ codec::CookieJar& jar, SV* code) {
    if (!SvOK(code)) return jar.set_ignore(nullptr);
    const Ref<PerlIgnore> ignore(new PerlIgnore(aTHX_ code));
    // The sub may take itself out of the jar: nothing of this closure is touched after the call.
    jar.set_ignore([ignore](const std::string& name, const codec::SetCookie& cookie) {
        const Ref<PerlIgnore> hold(ignore);
        return hold->ask(name, cookie);
    });
}

SV* entries_array(pTHX_ const std::vector<const codec::CookieJar::Entry*>& entries) {
    AV* out = newAV();
    for (const auto* entry : entries)
        av_push(out, entry_hash(aTHX_ * entry));
    return newRV_noinc(reinterpret_cast<SV*>(out));
}

SV* entries_array(pTHX_ const std::vector<codec::CookieJar::Entry>& entries) {
    std::vector<const codec::CookieJar::Entry*> list;
    for (const auto& entry : entries)
        list.push_back(&entry);
    return entries_array(aTHX_ list);
}

SV* domains_hash(pTHX_ const codec::CookieJar& jar) {
    HV* out = newHV();
    for (const auto& [domain, entries] : jar.domains())
        (void)hv_store(out, domain.data(), static_cast<I32>(domain.size()), entries_array(aTHX_ entries), 0);
    return newRV_noinc(reinterpret_cast<SV*>(out));
}

}  // namespace ue::glue
