#include "xs/glue/http_cookies.h"

#include <ctime>

#include "codec/http/date.h"
#include "xs/glue/convert.h"

namespace ue::glue {

namespace {

// One value from a sub or method; null if it died. Mortal.
SV* call_for_value(pTHX_ const char* name, SV* argument, I32 flags) {
    dSP;
    PUSHMARK(SP);
    XPUSHs(argument);
    PUTBACK;
    SV* outer_error = newSVsv(ERRSV);
    const I32 how = G_SCALAR | G_EVAL;
    const I32 count = flags & G_METHOD ? call_method(name, how) : call_pv(name, how);
    SPAGAIN;
    SV* out = count > 0 ? POPs : nullptr;
    PUTBACK;
    if (SvTRUE(ERRSV)) out = nullptr;
    sv_setsv(ERRSV, outer_error);
    SvREFCNT_dec(outer_error);
    return out;
}

// "2030-01-31", "2030-01-31 10:20:30", with a T in the middle and a Z at the end if you like. UTC.
bool parse_iso_date(const char* text, int64_t& seconds) {
    std::tm tm{};
    char between = ' ', zone = 'Z', tail = 0;
    const int n = std::sscanf(text, "%4d-%2d-%2d%c%2d:%2d:%2d%c%c", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &between,
                              &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &zone, &tail);
    if ((n != 3 && n != 7 && n != 8) || (between != ' ' && between != 'T') || zone != 'Z') return false;
    tm.tm_year -= 1900;
    tm.tm_mon -= 1;
    seconds = timegm(&tm);
    return true;
}

SV* date_sv(pTHX_ int64_t seconds) {
    SV* number = newSViv(static_cast<IV>(seconds));
    if (!get_cv("Protocol::HTTP::Message::_date", 0)) return number;
    SV* object = call_for_value(aTHX_ "Protocol::HTTP::Message::_date", sv_2mortal(number), 0);
    return object ? newSVsv(object) : SvREFCNT_inc(number);
}

void store(pTHX_ HV* hv, std::string_view key, SV* value) {
    (void)hv_store(hv, key.data(), static_cast<I32>(key.size()), value, 0);
}

}  // namespace

bool date_in(pTHX_ SV* sv, int64_t& seconds) {
    if (sv_isobject(sv)) sv = call_for_value(aTHX_ "epoch", sv, G_METHOD);
    if (!sv || SvROK(sv)) return false;
    if (!looks_like_number(sv)) {
        const std::string text(text_arg(aTHX_ sv));
        return codec::parse_http_date(text, seconds) || parse_iso_date(text.c_str(), seconds);
    }
    seconds = static_cast<int64_t>(SvIV(sv));
    return true;
}

codec::SetCookie set_cookie_from(pTHX_ const Settings& s) {
    codec::SetCookie out;
    out.value = s.text("value");
    out.domain = s.text("domain");
    out.path = s.text("path");
    if (SV* sv = s.defined("expires")) {
        int64_t seconds = 0;
        if (!date_in(aTHX_ sv, seconds)) s.wrong("expires", "seconds since 1970 or a date", sv);
        out.expires = seconds;
    }
    if (s.defined("max_age")) out.max_age = s.integer("max_age", -(int64_t{1} << 53), int64_t{1} << 53, 0);
    out.secure = s.flag("secure", false);
    out.http_only = s.flag("http_only", false);
    out.same_site = static_cast<codec::SameSite>(s.integer("same_site", 0, 3, 0));
    return out;
}

// Both check everything before they change anything.
void set_cookies(pTHX_ codec::Request& request, const Settings& cookies) {
    codec::Cookies made;
    for (const Settings::Pair& pair : cookies.pairs())
        if (SvOK(pair.value)) made.emplace_back(pair.name, bytes_arg(aTHX_ pair.value));
    for (const auto& [name, value] : made)
        codec::check_cookie(name, value);
    request.clear_cookies();
    for (const auto& [name, value] : made)
        request.set_cookie(name, value);
}

void set_cookies(pTHX_ codec::Response& response, const Settings& cookies) {
    codec::SetCookies made;
    for (const Settings::Pair& pair : cookies.pairs()) {
        if (!SvOK(pair.value)) continue;
        const Settings cookie(aTHX_ pair.value, cookies.place() + ": " + std::string(pair.name), "");
        made.emplace_back(pair.name, set_cookie_from(aTHX_ cookie));
    }
    for (const auto& [name, cookie] : made)
        codec::check_cookie(name, cookie);
    response.clear_cookies();
    for (auto& [name, cookie] : made)
        response.set_cookie(name, std::move(cookie));
}

void set_cookie(pTHX_ codec::Response& response, std::string_view name, SV* cookie) {
    if (!is_defined(aTHX_ cookie)) return response.remove_cookie(name);
    const std::string place = "Protocol::HTTP::Response::cookie: " + (name.empty() ? "cookie" : std::string(name));
    response.set_cookie(name, set_cookie_from(aTHX_ Settings(aTHX_ cookie, place, "")));
}

SV* cookies_hash(pTHX_ const codec::Cookies& cookies) {
    HV* out = newHV();
    for (const auto& [name, value] : cookies)
        store(aTHX_ out, name, bytes_sv(aTHX_ value));
    return newRV_noinc(reinterpret_cast<SV*>(out));
}

SV* cookies_hash(pTHX_ const codec::SetCookies& cookies) {
    HV* out = newHV();
    for (const auto& [name, cookie] : cookies)
        store(aTHX_ out, name, cookie_hash(aTHX_ cookie));
    return newRV_noinc(reinterpret_cast<SV*>(out));
}

SV* cookie_hash(pTHX_ const codec::SetCookie& cookie) {
    HV* out = newHV();
    store(aTHX_ out, "value", bytes_sv(aTHX_ cookie.value));
    store(aTHX_ out, "secure", newSViv(cookie.secure));
    store(aTHX_ out, "http_only", newSViv(cookie.http_only));
    store(aTHX_ out, "same_site", newSViv(static_cast<IV>(cookie.same_site)));
    if (!cookie.domain.empty()) store(aTHX_ out, "domain", bytes_sv(aTHX_ cookie.domain));
    if (!cookie.path.empty()) store(aTHX_ out, "path", bytes_sv(aTHX_ cookie.path));
    if (cookie.expires) store(aTHX_ out, "expires", date_sv(aTHX_ * cookie.expires));
    if (cookie.max_age) store(aTHX_ out, "max_age", newSViv(static_cast<IV>(*cookie.max_age)));
    return newRV_noinc(reinterpret_cast<SV*>(out));
}

}  // namespace ue::glue
