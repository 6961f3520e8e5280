// Protocol::HTTP::RequestParser and ResponseParser: the readers as objects of their own.
#pragma once
#include "codec/http/request_reader.h"
#include "codec/http/response_reader.h"
#include "xs/glue/interpreter.h"
#include "xs/glue/place.h"

namespace ue::glue {

class RequestParser : public Object {
  public:
    static const Type kType;
    const Type& type() const override { return kType; }
    codec::RequestReader reader;
    codec::Request* message() const { return reader.request(); }
};

class ResponseParser : public Object {
  public:
    static const Type kType;
    const Type& type() const override { return kType; }
    codec::ResponseReader reader;
    codec::Response* message() const { return reader.response(); }
};

// The bytes of a buffer that can be shortened in place. Dies for one that is read-only.
std::string_view shiftable_arg(pTHX_ SV* buffer, Method method = __builtin_FUNCTION());

// What one call of parse() has come to. Mortals.
struct Parsed {
    SV* message;  // undef if there is none yet
    int state;
    size_t position;  // the first byte that was not used
    SV* error;        // null for none
};
// Up to the end of the message, the first error, or the end of the bytes. Throws Misuse (use inside guard()).
template <class Parser>
Parsed parse_bytes(pTHX_ Parser* parser, std::string_view bytes);
Parsed parse_eof(pTHX_ ResponseParser* parser);

// (message, state, position), and the error if there is one; without `with_position` the third is left out.
int push_parsed(pTHX_ I32 ax, const Parsed& parsed, bool with_position);

}  // namespace ue::glue
