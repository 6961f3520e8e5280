#include "xs/glue/settings.h"

namespace ue::glue {

Settings::Settings(pTHX_ SV* sv, std::string place, const char* what) : perl_(aTHX), place_(std::move(place)) {
    if (!sv || !SvOK(sv)) return;
    if (!SvROK(sv) || SvTYPE(SvRV(sv)) != SVt_PVHV)
        throw Misuse(place_ + ": " + what + "expected a hash reference, got " + shown(aTHX_ sv));
    hv_ = reinterpret_cast<HV*>(SvRV(sv));
}

void Settings::wrong(const char* key, const char* expected, SV* got) const {
    dTHXa(perl_);
    throw Misuse(place_ + ": " + key + ": expected " + expected + ", got " + shown(aTHX_ got));
}

SV* Settings::find(const char* key) const {
    dTHXa(perl_);
    if (!hv_) return nullptr;
    SV** slot = hv_fetch(hv_, key, static_cast<I32>(std::strlen(key)), 0);
    if (!slot) return nullptr;
    SvGETMAGIC(*slot);
    return *slot;
}

SV* Settings::defined(const char* key) const {
    SV* sv = find(key);
    return sv && SvOK(sv) ? sv : nullptr;
}

bool Settings::flag(const char* key, bool otherwise) const {
    dTHXa(perl_);
    SV* sv = find(key);
    return sv ? SvTRUE(sv) : otherwise;
}

int64_t Settings::integer(const char* key, int64_t least, int64_t most, int64_t otherwise) const {
    dTHXa(perl_);
    SV* sv = defined(key);
    if (!sv) return otherwise;
    const NV value = looks_like_number(sv) ? SvNV(sv) : NAN;
    if (!(value >= static_cast<NV>(least) && value <= static_cast<NV>(most)) || value != std::floor(value))
        wrong(key, ("an integer from " + std::to_string(least) + " to " + std::to_string(most)).c_str(), sv);
    return static_cast<int64_t>(value);
}

uint64_t Settings::size(const char* key, uint64_t otherwise) const {
    dTHXa(perl_);
    SV* sv = defined(key);
    if (!sv) return otherwise;
    const NV value = looks_like_number(sv) ? SvNV(sv) : NAN;
    if (!(value >= 0 && value == std::floor(value))) wrong(key, "a whole number, 0 or more", sv);
    return value >= 18446744073709551615.0 ? UINT64_MAX : SvUV(sv);
}

uint64_t Settings::ms(const char* key, uint64_t otherwise) const {
    dTHXa(perl_);
    SV* sv = defined(key);
    if (!sv) return otherwise;
    constexpr NV kLongest = 3.2e11;
    const NV value = looks_like_number(sv) ? SvNV(sv) : NAN;
    if (!(value >= 0 && value <= kLongest)) wrong(key, "a number of seconds, 0 or more", sv);
    const auto ms = static_cast<uint64_t>(value * 1000 + 1e-6);
    return ms || value == 0 ? ms : 1;
}

std::string Settings::text(const char* key, std::string_view otherwise) const {
    dTHXa(perl_);
    SV* sv = defined(key);
    if (!sv) return std::string(otherwise);
    if (SvROK(sv) && !SvOBJECT(SvRV(sv))) wrong(key, "a string", sv);
    STRLEN size;
    const char* text = SvPV(sv, size);
    return std::string(text, size);
}

Settings Settings::hash(const char* key) const {
    dTHXa(perl_);
    return Settings(aTHX_ find(key), place_ + ": " + key, "");
}

std::vector<SV*> Settings::array(const char* key) const {
    dTHXa(perl_);
    std::vector<SV*> out;
    SV* sv = defined(key);
    if (!sv) return out;
    if (!SvROK(sv) || SvTYPE(SvRV(sv)) != SVt_PVAV) wrong(key, "an array reference", sv);
    auto* av = reinterpret_cast<AV*>(SvRV(sv));
    for (SSize_t i = 0; i <= av_len(av); ++i) {
        SV** slot = av_fetch(av, i, 0);
        out.push_back(slot ? *slot : &PL_sv_undef);
    }
    return out;
}

Settings Settings::element(const char* key, size_t index, SV* sv) const {
    dTHXa(perl_);
    const std::string place = place_ + ": " + key + "[" + std::to_string(index) + "]";
    if (!SvROK(sv)) throw Misuse(place + ": expected a hash reference, got " + shown(aTHX_ sv));
    return Settings(aTHX_ sv, place, "");
}

std::vector<Settings::Pair> Settings::pairs() const {
    dTHXa(perl_);
    std::vector<Pair> out;
    if (!hv_) return out;
    hv_iterinit(hv_);
    while (HE* entry = hv_iternext(hv_)) {
        STRLEN size;
        const char* name = HePV(entry, size);
        SV* value = hv_iterval(hv_, entry);
        SvGETMAGIC(value);
        out.push_back({{name, size}, value});
    }
    return out;
}

}  // namespace ue::glue
