#include "xs/glue/parsers.h"

namespace ue::glue {

MessageArguments::MessageArguments(pTHX_ Method method, SV** svs, SSize_t count) {
    if (count % 2)
        refuse(aTHX_ method, "expected a list of names and values: payload, opcode, deflate", svs[count - 1]);
    for (SSize_t i = 0; i < count; i += 2) {
        const std::string_view key = bytes_arg(aTHX_ svs[i]);
        SV* value = svs[i + 1];
        if (key == "payload") payload = value;
        if (key == "opcode") opcode = static_cast<uint8_t>(SvUV(value));
        if (key == "deflate" && SvOK(value)) compress = SvTRUE(value) ? codec::Compress::kYes : codec::Compress::kNo;
    }
}

codec::Parser::Pieces pieces_of(pTHX_ SV* payload) {
    codec::Parser::Pieces out;
    if (!payload || !SvOK(payload)) return out;
    if (!SvROK(payload) || SvTYPE(SvRV(payload)) != SVt_PVAV) {
        out.push_back(bytes_arg(aTHX_ payload));
        return out;
    }
    auto* list = reinterpret_cast<AV*>(SvRV(payload));
    for (SSize_t i = 0; i <= av_len(list); ++i)
        if (SV** piece = av_fetch(list, i, 0); piece && SvOK(*piece)) out.push_back(bytes_arg(aTHX_ * piece));
    return out;
}

int push_array(pTHX_ I32 ax, SV* array) {
    auto* list = reinterpret_cast<AV*>(SvRV(array));
    const SSize_t count = av_len(list) + 1;
    dSP;
    SP = PL_stack_base + ax - 1;
    EXTEND(SP, count);
    for (SSize_t i = 0; i < count; ++i)
        PUSHs(*av_fetch(list, i, 0));
    return static_cast<int>(count);
}

}  // namespace ue::glue
