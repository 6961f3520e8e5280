// What can be wrong with an HTTP message. Category "protocol-http".
#pragma once
#include "base/error.h"

namespace ue::codec {

enum class HttpError {
    kLexical = 1,
    kMultipleContentLength,
    kHeadersTooLarge,
    kBodyTooLarge,
    kUnexpectedBody,
    kUnexpectedEof,
    kUnexpectedContinue,
    kUnsupportedTransferEncoding,
    kUnsupportedCompression,
    kUncompressionFailure,
    kCorruptedCookieJar,
    // Extensions: two ways to say where a message ends that peers may understand differently (request smuggling).
    kInvalidContentLength,
    kAmbiguousLength,
};

extern const ErrorCategory http_category;
inline ErrorCode make_error(HttpError e) {
    return ErrorCode(static_cast<int>(e), http_category);
}

}  // namespace ue::codec
