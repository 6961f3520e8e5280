// Plain values between Perl and the engine, and the two ways a method reports its outcome.
#pragma once
#include "base/error.h"
#include "xs/glue/interpreter.h"
#include "xs/glue/place.h"

namespace ue::glue {

// The bytes of a string as Perl holds them (a string with the UTF-8 flag gives its UTF-8 bytes). Valid as long as `sv`
// is unchanged.
inline std::string_view bytes_arg(pTHX_ SV* sv) {
    STRLEN size;
    const char* data = SvPV(sv, size);
    return {data, size};
}
// The same for what is sent: a string, or a reference to an array of strings, which are joined.
std::string_view joined_bytes_arg(pTHX_ SV* sv);
// The same, but undef is the empty string.
inline std::string_view text_arg(pTHX_ SV* sv) {
    SvGETMAGIC(sv);
    STRLEN size = 0;
    const char* data = SvOK(sv) ? SvPV_nomg(sv, size) : "";
    return {data, size};
}
// Given and not undef. After this the value of a magical scalar ($1, tied) is at hand.
inline bool is_defined(pTHX_ SV* sv) {
    if (sv) SvGETMAGIC(sv);
    return sv && SvOK(sv);
}
inline SV* bytes_sv(pTHX_ std::string_view s) { return newSVpvn(s.empty() ? "" : s.data(), s.size()); }
// undef for an empty string: bodies, payloads.
inline SV* bytes_or_undef(pTHX_ std::string_view s) { return s.empty() ? newSV(0) : bytes_sv(aTHX_ s); }

// Between lists of texts and Perl's stack. text_list gives a mortal and is meant for use inside guard(); push_list
// returns how many values it left from ST(0) on.
std::vector<std::string> texts_arg(pTHX_ SV** svs, size_t count);
template <class Range>
AV* text_list(pTHX_ const Range& texts) {
    AV* out = newAV();
    sv_2mortal(reinterpret_cast<SV*>(out));
    for (const auto& text : texts) av_push(out, bytes_sv(aTHX_ text));
    return out;
}
int push_list(pTHX_ I32 ax, AV* list);

// Seconds, fractions allowed, as whole milliseconds; above 0 and below 0.001 counts as 0.001. Dies for anything that
// is no number >= 0, naming the argument.
uint64_t ms_arg(pTHX_ SV* sv, const Argument& argument);
inline NV seconds(uint64_t ms) { return static_cast<NV>(ms) / 1000; }

// A descriptor: a number or an open file handle (object). Dies naming the argument.
int fd_arg(pTHX_ SV* sv, const Argument& argument);

// The outcome of a method by calling context. `error` is a mortal or null.
//            void            scalar             list
//   status   dies / nothing  true / false       (true, undef) / (false, error)
//   result   dies / nothing  value, or dies     (value, undef) / (undef, error)
// Both return how many values they left from ST(0) on. What they die with names the method, what they return does not.
int report_status(pTHX_ I32 ax, SV* error, Method method = __builtin_FUNCTION());
int report_result(pTHX_ I32 ax, SV* value, SV* error, Method method = __builtin_FUNCTION());
// Of methods that die in every context. Null: nothing happened.
void report_death(pTHX_ SV* error, Method method = __builtin_FUNCTION());
SV* mortal_error(pTHX_ const ErrorCode& error);  // null for no error

// What a lambda in guard() returns when it has both: mortals.
struct Outcome {
    SV* value;
    SV* error;
};
template <class T, class Convert>
Outcome outcome(pTHX_ const Expected<T>& expected, Convert convert) {
    if (!expected) return {nullptr, mortal_error(aTHX_ expected.error())};
    return {sv_2mortal(convert(expected.value())), nullptr};
}

}  // namespace ue::glue
