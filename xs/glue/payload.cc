#include "xs/glue/payload.h"

#include "codec/ws/message.h"

namespace ue::glue {

namespace {

// A block with its NUL as a string, without a copy. perl's copy on write wants one more byte for its count and not
// much more room than the string needs.
SV* adopt(pTHX_ codec::MallocBlock block) {
    constexpr size_t kWaste = 64;
    const size_t wanted = block.size + 2;
    if (block.capacity < wanted || block.capacity > wanted + kWaste) {
        if (auto* moved = static_cast<char*>(std::realloc(block.data, wanted + 8))) {
            block.data = moved;
            block.capacity = wanted + 8;
        }
    }
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
        shared = adopt(aTHX_ message->lend_payload());
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
