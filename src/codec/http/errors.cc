#include "codec/http/errors.h"

namespace ue::codec {

namespace {

std::string message(int value) {
    switch (static_cast<HttpError>(value)) {
        case HttpError::kLexical:
            return "http parsing lexical error";
        case HttpError::kMultipleContentLength:
            return "multiple content-length header in message is not allowed";
        case HttpError::kHeadersTooLarge:
            return "headers is bigger than max_headers_size";
        case HttpError::kBodyTooLarge:
            return "body is bigger than max_body_size";
        case HttpError::kUnexpectedBody:
            return "body is prohibited";
        case HttpError::kUnexpectedEof:
            return "http parsing error: unexpected EOF";
        case HttpError::kUnexpectedContinue:
            return "response code 100-continue was not expected";
        case HttpError::kUnsupportedTransferEncoding:
            return "transfer encodinng is not supported";  // public text
        case HttpError::kUnsupportedCompression:
            return "compression method is not supported";
        case HttpError::kUncompressionFailure:
            return "payload cannot be uncompressed";
        case HttpError::kCorruptedCookieJar:
            return "serialized cookie jar seems corrupted";
        case HttpError::kInvalidContentLength:
            return "content-length is not a number or too large";
        case HttpError::kAmbiguousLength:
            return "both content-length and transfer-encoding in message";
    }
    return "unknown http error";
}

}  // namespace

const ErrorCategory http_category = {"protocol-http", message};

}  // namespace ue::codec
