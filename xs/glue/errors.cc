#include "xs/glue/errors.h"

#include "codec/http/errors.h"
#include "codec/ws/errors.h"
#include "http/errors.h"
#include "net/errors.h"
#include "ws/errors.h"

namespace ue::glue {

namespace {

// The order is only known inside one process: strings are never stored.
const ErrorCategory* const kCategories[] = {
    &generic_category,       &system_category,        &iostream_category,      &future_category,
    &net::error_category, &net::resolve_category,  &net::ssl_category,      &net::openssl_category,
    &net::streamer_category, &codec::http_category,   &http::http_category,    &codec::ws_category,
    &ws::error_category,
};

// Followed by the text of the place.
struct Level {
    uint32_t category;
    int32_t value;
    uint32_t place_size;
};

uint32_t index_of(const ErrorCategory& category) {
    uint32_t i = 0;
    while (i < std::size(kCategories) && kCategories[i] != &category) ++i;
    return i;
}

SV* pack(pTHX_ const ErrorCode& error, const char* package, bool whole) {
    if (!error) return newSV(0);
    SV* bytes = newSVpvs("");
    for (ErrorCode e = error; e; e = whole ? e.next() : ErrorCode()) {
        const std::string place = whole ? e.place() : std::string();
        const Level level = {index_of(e.category()), e.value(), static_cast<uint32_t>(place.size())};
        sv_catpvn(bytes, reinterpret_cast<const char*>(&level), sizeof level);
        sv_catpvn(bytes, place.data(), place.size());
    }
    SV* reference = newRV_noinc(bytes);
    sv_bless(reference, gv_stashpv(package, GV_ADD));
    SvREADONLY_on(bytes);
    return reference;
}

// The packed levels, or nothing. Not a method call: the class must be one of ours.
std::string_view packed_levels(pTHX_ SV* sv) {
    if (!is_error(aTHX_ sv) || !SvPOK(SvRV(sv))) return {};
    return {SvPVX(SvRV(sv)), SvCUR(SvRV(sv))};
}

}  // namespace

SV* error_sv(pTHX_ const ErrorCode& error) { return pack(aTHX_ error, "XS::ErrorCode", true); }
SV* single_error_sv(pTHX_ const ErrorCode& error) { return pack(aTHX_ error, "XS::STL::ErrorCode", false); }

SV* category_sv(pTHX_ const ErrorCategory& category) {
    SV* reference = newRV_noinc(newSVuv(index_of(category)));
    sv_bless(reference, gv_stashpvs("XS::STL::ErrorCategory", GV_ADD));
    SvREADONLY_on(SvRV(reference));
    return reference;
}

bool is_error(pTHX_ SV* sv) {
    if (!sv || !SvROK(sv) || !SvOBJECT(SvRV(sv))) return false;
    return sv_derived_from(sv, "XS::ErrorCode") || sv_derived_from(sv, "XS::STL::ErrorCode");
}

namespace {
ErrorCode unpack(std::string_view levels) {
    Level level;
    if (levels.size() < sizeof level) return {};
    std::memcpy(&level, levels.data(), sizeof level);
    levels.remove_prefix(sizeof level);
    if (level.category >= std::size(kCategories) || level.place_size > levels.size()) return {};
    const ErrorCode top(level.value, *kCategories[level.category]);
    const std::string place(levels.substr(0, level.place_size));
    const ErrorCode whole = ErrorCode::stacked(top, unpack(levels.substr(level.place_size)));
    return place.empty() ? whole : whole.at(place);
}
}  // namespace

ErrorCode error_in(pTHX_ SV* sv) { return unpack(packed_levels(aTHX_ sv)); }

const ErrorCategory* category_in(pTHX_ SV* sv) {
    if (!sv || !SvROK(sv) || !sv_derived_from(sv, "XS::STL::ErrorCategory") || !SvIOK(SvRV(sv))) return nullptr;
    const UV i = SvUVX(SvRV(sv));
    return i < std::size(kCategories) ? kCategories[i] : nullptr;
}

bool errors_equal(pTHX_ SV* a, SV* b) {
    if (is_error(aTHX_ b) && !is_error(aTHX_ a)) std::swap(a, b);
    if (is_error(aTHX_ b)) return error_in(aTHX_ a) == error_in(aTHX_ b);
    return b && SvIOK(b) && !SvROK(b) && error_in(aTHX_ a).value() == SvIV(b);
}

// { what, code } as a blessed hash; the methods are Perl.
SV* new_failure(pTHX_ const Failure& failure, const std::string& what) {
    HV* body = newHV();
    (void)hv_stores(body, "what", newSVpvn(what.data(), what.size()));
    (void)hv_stores(body, "code", error_sv(aTHX_ failure.code()));
    SV* reference = newRV_noinc(reinterpret_cast<SV*>(body));
    return sv_bless(reference, gv_stashpvs("UniEvent::Error", GV_ADD));
}

void install_error_constants(pTHX_ const char* package, const std::vector<ErrorConstant>& rows) {
    HV* stash = gv_stashpv(package, GV_ADD);
    AV* names = get_av((std::string(package) + "::CONSTANTS").c_str(), GV_ADD | GV_ADDMULTI);
    for (const ErrorConstant& row : rows) {
        newCONSTSUB(stash, row.name, single_error_sv(aTHX_ row.code));
        av_push(names, newSVpv(row.name, 0));
    }
}

}  // namespace ue::glue
