#include "xs/glue/payload.h"

#include "codec/ws/message.h"

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

}  // namespace

template <class M>
SV* payload_sv(pTHX_ M* message) {
    const std::string_view bytes = message->payload();
    if (bytes.empty()) return newSV(0);
    if (bytes.size() < kShareMinimum) return newSVpvn(bytes.data(), bytes.size());
    SV* shared = companion(aTHX_ message);
    if (!shared) {
        if (!message->payload_owned()) return newSVpvn(bytes.data(), bytes.size());
        shared = adopt(aTHX_ message->lend_payload(kSpare));
        set_companion(aTHX_ message, shared);
    }
    return newSVsv(shared);
}

template SV* payload_sv(pTHX_ codec::WsMessage*);
template SV* payload_sv(pTHX_ codec::Frame*);

HeldString::HeldString(pTHX_ SV* string) : perl_(aTHX), copy_(newSVsv(string)) {
    STRLEN size;
    const char* data = SvPV(copy_, size);
    bytes_ = {data, size};
}

HeldString::~HeldString() {
    dTHXa(perl_);
    SvREFCNT_dec(copy_);
}

}  // namespace ue::glue
