#include "xs/glue/place.h"

#include "base/misuse.h"

namespace ue::glue {

namespace {

// Packages begin with a capital letter and methods do not; both have their :: as two underscores.
std::string perl_name(std::string_view function) {
    constexpr std::string_view kPrefix = "XS_";
    if (function.substr(0, kPrefix.size()) != kPrefix) return std::string(function);
    std::string out(function.substr(kPrefix.size()));
    size_t last = 0;  // where the last part begins
    for (size_t at = 0; (at = out.find("__", at)) != std::string::npos; last = at += 2)
        out.replace(at, 2, "::");
    const bool package = out[last] >= 'A' && out[last] <= 'Z';
    const size_t end = package ? out.find('_', last) : std::string::npos;
    if (end != std::string::npos) out.replace(end, 1, "::");
    return out;
}

std::string with_arrow(std::string name) {
    constexpr std::string_view kNew = "::new";
    const size_t size = name.size();
    if (size > kNew.size() && name.compare(size - kNew.size(), kNew.size(), kNew) == 0)
        name.replace(size - kNew.size(), 2, "->");
    return name;
}

// "Some::Package::method: ..." or "Some::Package->new: ..."
bool names_method(const std::string& message) {
    const std::string_view head(message.data(), std::min(message.find(": "), message.size()));
    return head.size() < message.size() && head.find("::") != std::string_view::npos &&
           head.find_first_of(" '\"") == std::string_view::npos;
}

}  // namespace

std::string Method::name() const {
    if (!cv) return with_arrow(perl_name(function));
    dTHX;
    GV* gv = CvGV(cv);
    if (!gv) return "a sub";
    return with_arrow(std::string(HvNAME(GvSTASH(gv))) + "::" + GvNAME(gv));
}

std::string Method::refuses(const std::string& message) const {
    return names_method(message) ? message : name() + ": " + message;
}

std::string Argument::text() const {
    return name ? method.name() + ": " + name : method.name();
}

namespace {

bool is_ours(pTHX_ const COP* cop) {
    const char* package = CopSTASHPV(cop);
    if (!package) return false;
    const std::string_view name(package);
    for (const std::string_view root :
         {"UniEvent", "Net::SockAddr", "URI::XS", "Protocol::HTTP", "Protocol::WebSocket::Fast"})
        if (name.substr(0, root.size()) == root) return true;
    return false;
}

}  // namespace

SV* text_at_caller(pTHX_ const std::string& text) {
    COP* const current = PL_curcop;
    const PERL_CONTEXT* frame = nullptr;
    for (I32 level = 0; is_ours(aTHX_ PL_curcop) && (frame = caller_cx(level, nullptr)); ++level)
        PL_curcop = frame->blk_oldcop;
    SV* out = newSVsv(Perl_mess(aTHX_ "%s", text.c_str()));
    PL_curcop = current;
    return out;
}

// No C++ object is alive where perl jumps away.
void refuse(pTHX_ const Argument& argument, const char* message) {
    SV* text = sv_2mortal(text_at_caller(aTHX_ argument.text() + ": " + message));
    croak_sv(text);
}

void refuse(pTHX_ const Argument& argument, const char* message, SV* value) {
    SV* text = sv_2mortal(text_at_caller(aTHX_ argument.text() + ": " + message + ", got " + shown(aTHX_ value)));
    croak_sv(text);
}

namespace {
// "first, [second]": what the caller writes, and what may be left out in brackets.
std::string usage_of(std::string_view parameters) {
    std::string out;
    while (!parameters.empty()) {
        std::string_view one = parameters.substr(0, parameters.find(','));
        parameters.remove_prefix(std::min(one.size() + 1, parameters.size()));
        while (!one.empty() && one.front() == ' ')
            one.remove_prefix(1);
        if (one == "self" || one == "klass" || one == "THIS") continue;
        const std::string name(one.substr(0, one.find_first_of("= ")));
        out += (out.empty() ? "" : ", ") + (name.size() < one.size() ? "[" + name + "]" : name);
    }
    return out;
}
}  // namespace

void refuse_usage(pTHX_ CV* cv, const char* parameters) {
    SV* text = sv_2mortal(text_at_caller(aTHX_ "Usage: " + Method(cv).name() + "(" + usage_of(parameters) + ")"));
    croak_sv(text);
}

std::string shown(pTHX_ SV* sv) {
    if (!sv || !SvOK(sv)) return "undef";
    if (SvROK(sv)) {
        const bool object = SvOBJECT(SvRV(sv));
        return std::string(object ? "an object of class " : "a reference to ") + sv_reftype(SvRV(sv), 1);
    }
    STRLEN size;
    const char* text = SvPV_nomg(sv, size);
    return quoted({text, size});
}

}  // namespace ue::glue
