// The errors of this layer, a category each. What the operating system reports stays in ue::generic_category.
#pragma once
#include "base/error.h"

namespace ue::net {

enum class NetError {  // "unievent"
    kUnknownError = 1,
    kReadStartError,
    kBindError,
    kListenError,
    kSslError,
    kResolveError,
    kAiAddressFamilyNotSupported,
    kAiTemporaryFailure,
    kAiBadFlags,
    kAiBadHints,
    kAiRequestCanceled,
    kAiPermanentFailure,
    kAiFamilyNotSupported,
    kAiOutOfMemory,
    kAiNoAddress,
    kAiUnknownNodeOrService,
    kAiArgumentBufferOverflow,
    kAiResolvedProtocolUnknown,
    kAiServiceNotAvailableForSocketType,
    kAiSocketTypeNotSupported,
    kInvalidUnicodeCharacter,
    kNotOnNetwork,
    kTransportEndpointShutdown,
    kHostDown,
    kRemoteIo,
};

enum class ResolveError {  // "unievent-resolve"
    kHostNotFound = 1,
    kNotImplemented,
    kServiceNotFound,
    kNoData,
    kBadFormat,
    kServerFailed,
    kRefused,
    kBadQuery,
    kBadName,
    kBadResponse,
    kEof,
    kFileReadError,
    kBadString,
    kBadFlags,
    kNoname,
    kBadHints,
    kNotInitialized,
    kIphlpapiLoadError,
    kNoGetNetworkParams,
};

enum class StreamerError { kReadError = 1, kWriteError };  // "unievent-streamer"

extern const ErrorCategory error_category;
extern const ErrorCategory resolve_category;
extern const ErrorCategory streamer_category;
extern const ErrorCategory ssl_category;      // "unievent-ssl": results of SSL_get_error
extern const ErrorCategory openssl_category;  // "unievent-openssl": OpenSSL's packed error numbers

inline ErrorCode make_error(NetError e) {
    return {static_cast<int>(e), error_category};
}
inline ErrorCode make_error(ResolveError e) {
    return {static_cast<int>(e), resolve_category};
}
inline ErrorCode make_error(StreamerError e) {
    return {static_cast<int>(e), streamer_category};
}

// A negative libuv status as an error; 0 and above give none. Name look-up failures of libuv (UV_EAI_*) become
// entries of NetError.
ErrorCode uv_error(int status);

}  // namespace ue::net
