#include "xs/glue/payload.h"

#include "codec/ws/message.h"
#include "xs/glue/context.h"

namespace ue::glue {

namespace {

// perl keeps the count of a shared buffer's users in a byte behind its NUL.
constexpr size_t kSpare = 1;

SV* adopt(pTHX_ codec::MallocBlock block) {
    SV* sv = newSV_type(SVt_PV);
    SvPV_set(sv, block.data);
    SvCUR_set(sv, block.size);
    SvLEN_set(sv, block.capacity);
    SvPOK_only(sv);
    return sv;
}

// A copy that shares the buffer. The macros for copying do so in perl's own sources only; outside it has to be asked for.
SV* sharing_copy(pTHX_ SV* string) {
    SV* sv = newSV(0);
    sv_setsv_flags(sv, string, SV_NOSTEAL | SV_COW_SHARED_HASH_KEYS | SV_COW_OTHER_PVS);
    return sv;
}

// A mortal copy, in the scalar that served the last call if nobody has kept that, nor made something else of it.
SV* small_copy(pTHX_ std::string_view bytes) {
    SV*& spare = context(aTHX).spare_string;
    constexpr U32 kPlain = SVt_PV | SVf_POK | SVp_POK;
    if (spare && SvREFCNT(spare) == 1 && SvFLAGS(spare) == kPlain) {
        char* to = SvGROW(spare, bytes.size() + 1);
        std::memcpy(to, bytes.data(), bytes.size());
        to[bytes.size()] = 0;
        SvCUR_set(spare, bytes.size());
    } else {
        SvREFCNT_dec(spare);
        spare = newSVpvn(bytes.data(), bytes.size());
    }
    return sv_2mortal(SvREFCNT_inc_simple_NN(spare));
}

}  // namespace

template <class M>
SV* payload_sv(pTHX_ M* message) {
    const std::string_view bytes = message->payload();
    if (bytes.empty()) return &PL_sv_undef;
    if (bytes.size() < kShareMinimum) return small_copy(aTHX_ bytes);
    SV* shared = companion(aTHX_ message);
    if (!shared) {
        if (!message->payload_owned()) return newSVpvn_flags(bytes.data(), bytes.size(), SVs_TEMP);
        shared = adopt(aTHX_ message->lend_payload(kSpare));
        set_companion(aTHX_ message, shared);
    }
    return sv_2mortal(sharing_copy(aTHX_ shared));
}

template SV* payload_sv(pTHX_ codec::WsMessage*);
template SV* payload_sv(pTHX_ codec::Frame*);

HeldString::HeldString(pTHX_ SV* string, std::string_view bytes) : perl_(aTHX) {
    // What an object says of itself, and what is no string yet, is not kept by a copy.
    const bool lasting = SvPOKp(string) && !SvROK(string);
    copy_ = lasting ? sharing_copy(aTHX_ string) : newSVpvn(bytes.data(), bytes.size());
    STRLEN size;
    const char* data = SvPV_nomg(copy_, size);
    bytes_ = {data, size};
}

HeldString::~HeldString() {
    dTHXa(perl_);
    SvREFCNT_dec(copy_);
}

}  // namespace ue::glue
