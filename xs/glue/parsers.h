// What the methods of Protocol::WebSocket::Fast::*Parser need beyond a line.
#pragma once
#include "codec/ws/parser.h"
#include "xs/glue/convert.h"
#include "xs/glue/guard.h"

namespace ue::glue {

// Runs `write`, which appends to a string, and returns the string.
template <class F>
SV* produce(pTHX_ F&& write, Method method = __builtin_FUNCTION()) {
    return guard(
        aTHX_[&] {
            std::string out;
            write(out);
            return bytes_sv(aTHX_ out);
        },
        method);
}

// payload, opcode and deflate of a key/value list. Dies with what is wrong. Plain data.
struct MessageArguments {
    MessageArguments(pTHX_ Method method, SV** svs, SSize_t count);
    SV* payload = nullptr;
    uint8_t opcode = codec::kOpBinary;
    codec::Compress compress = codec::Compress::kPolicy;
};

// A string, or the strings of an array reference; null or undef: none.
codec::Parser::Pieces pieces_of(pTHX_ SV* payload);

// Leaves the elements of an array from ST(0) on.
int push_array(pTHX_ I32 ax, SV* array);

}  // namespace ue::glue
