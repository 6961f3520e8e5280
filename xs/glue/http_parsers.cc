#include "xs/glue/http_parsers.h"

#include "xs/glue/convert.h"
#include "xs/glue/wrapper.h"

namespace ue::glue {

const Type RequestParser::kType = {"Protocol::HTTP::RequestParser", &Object::kType};
const Type ResponseParser::kType = {"Protocol::HTTP::ResponseParser", &Object::kType};

namespace {

using State = codec::ReadResult::State;

template <class Parser>
Parsed parsed(pTHX_ Parser* parser, size_t position, const ErrorCode& error) {
    return {wrap_mortal(aTHX_ parser->message()), static_cast<int>(parser->reader.state()), position,
            mortal_error(aTHX_ error)};
}

}  // namespace

std::string_view shiftable_arg(pTHX_ SV* buffer, Method method) {
    if (SvREADONLY(buffer)) refuse(aTHX_ {method, "buffer"}, "the buffer is read-only: expected a variable", buffer);
    if (!is_defined(aTHX_ buffer)) return {};
    STRLEN size;
    const char* data = SvPV_force(buffer, size);
    SvUTF8_off(buffer);  // shortened by bytes
    return {data, size};
}

template <class Parser>
Parsed parse_bytes(pTHX_ Parser* parser, std::string_view bytes) {
    size_t position = 0;
    codec::ReadResult result{State::kNeedMore, 0, {}};
    do {
        result = parser->reader.feed(bytes.data() + position, bytes.size() - position);
        position += result.consumed;
    } while (result.state == State::kHeadersDone && position < bytes.size());
    return parsed(aTHX_ parser, position, result.error);
}

template Parsed parse_bytes(pTHX_ RequestParser*, std::string_view);
template Parsed parse_bytes(pTHX_ ResponseParser*, std::string_view);

Parsed parse_eof(pTHX_ ResponseParser* parser) {
    const codec::ReadResult result = parser->reader.eof();
    if (result.state == State::kNeedMore) return {&PL_sv_undef, 0, 0, nullptr};  // nothing was going on
    return parsed(aTHX_ parser, 0, result.error);
}

int push_parsed(pTHX_ I32 ax, const Parsed& parsed, bool with_position) {
    dSP;
    SP = PL_stack_base + ax - 1;
    EXTEND(SP, 4);
    PUSHs(parsed.message);
    mPUSHi(parsed.state);
    if (with_position) mPUSHu(parsed.position);
    if (parsed.error) PUSHs(parsed.error);
    return 2 + with_position + (parsed.error != nullptr);
}

}  // namespace ue::glue
