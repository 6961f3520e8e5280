#include "xs/glue/convert.h"

#include "xs/glue/errors.h"

namespace ue::glue {

std::vector<std::string> texts_arg(pTHX_ SV** svs, size_t count) {
    std::vector<std::string> out;
    for (size_t i = 0; i < count; ++i)
        out.emplace_back(text_arg(aTHX_ svs[i]));
    return out;
}

int push_list(pTHX_ I32 ax, AV* list) {
    const SSize_t count = av_len(list) + 1;
    dSP;
    SP = PL_stack_base + ax - 1;
    EXTEND(SP, count);
    for (SSize_t i = 0; i < count; ++i)
        PUSHs(*av_fetch(list, i, 0));
    return static_cast<int>(count);
}

uint64_t ms_arg(pTHX_ SV* sv, const Argument& argument) {
    // 10,000 years: beyond it a double has no whole milliseconds and a timer no meaning.
    constexpr NV kLongest = 3.2e11;
    const NV value = SvOK(sv) && (looks_like_number(sv) || SvROK(sv)) ? SvNV(sv) : -1;
    if (!(value >= 0 && value <= kLongest)) refuse(aTHX_ argument, "expected a number of seconds, 0 or more", sv);
    const auto ms = static_cast<uint64_t>(value * 1000 + 1e-6);
    return ms || value == 0 ? ms : 1;
}

std::string_view joined_bytes_arg(pTHX_ SV* sv) {
    if (!SvROK(sv) || SvOBJECT(SvRV(sv)) || SvTYPE(SvRV(sv)) != SVt_PVAV) return bytes_arg(aTHX_ sv);
    AV* parts = reinterpret_cast<AV*>(SvRV(sv));
    SV* joined = sv_2mortal(newSVpvs(""));
    for (SSize_t i = 0; i <= av_len(parts); ++i) {
        SV** part = av_fetch(parts, i, 0);
        if (!part || !SvOK(*part)) continue;
        const std::string_view bytes = bytes_arg(aTHX_ * part);
        sv_catpvn(joined, bytes.data(), bytes.size());
    }
    return bytes_arg(aTHX_ joined);
}

namespace {
// Like sv_2io, which would die with words of its own.
IO* io_in(pTHX_ SV* sv) {
    if (SvROK(sv)) sv = SvRV(sv);
    if (SvTYPE(sv) == SVt_PVIO) return reinterpret_cast<IO*>(sv);
    if (isGV_with_GP(sv)) return GvIO(reinterpret_cast<GV*>(sv));
    GV* named = SvPOK(sv) ? gv_fetchsv_nomg(sv, 0, SVt_PVIO) : nullptr;
    return named ? GvIO(named) : nullptr;
}
}  // namespace

int fd_arg(pTHX_ SV* sv, const Argument& argument) {
    if (SvOK(sv) && !SvROK(sv) && looks_like_number(sv)) return static_cast<int>(SvIV(sv));
    IO* io = SvOK(sv) ? io_in(aTHX_ sv) : nullptr;
    if (!io || !IoIFP(io)) refuse(aTHX_ argument, "expected an open file handle or a descriptor", sv);
    return PerlIO_fileno(IoIFP(io));
}

SV* mortal_error(pTHX_ const ErrorCode& error) {
    return error ? sv_2mortal(error_sv(aTHX_ error)) : nullptr;
}

namespace {
SV* named_error(pTHX_ SV* error, Method method) {
    const ErrorCode plain = error_in(aTHX_ error);
    const std::string place = plain.place();
    return mortal_error(aTHX_ plain.at(place.empty() ? method.name() : method.name() + ": " + place));
}
}  // namespace

void report_death(pTHX_ SV* error, Method method) {
    if (error) croak_sv(named_error(aTHX_ error, method));
}

int report_status(pTHX_ I32 ax, SV* error, Method method) {
    const auto want = GIMME_V;
    if (want == G_VOID) {
        report_death(aTHX_ error, method);
        return 0;
    }
    dSP;
    SP = PL_stack_base + ax - 1;
    EXTEND(SP, 2);
    PUSHs(boolSV(!error));
    if (want == G_SCALAR) return 1;
    PUSHs(error ? error : &PL_sv_undef);
    return 2;
}

int report_result(pTHX_ I32 ax, SV* value, SV* error, Method method) {
    const auto want = GIMME_V;
    if (want != G_ARRAY) report_death(aTHX_ error, method);
    if (want == G_VOID) return 0;
    dSP;
    SP = PL_stack_base + ax - 1;
    EXTEND(SP, 2);
    PUSHs(value ? value : &PL_sv_undef);
    if (want == G_SCALAR) return 1;
    PUSHs(error ? error : &PL_sv_undef);
    return 2;
}

}  // namespace ue::glue
