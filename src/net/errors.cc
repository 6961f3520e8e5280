#include "net/errors.h"

#include <uv.h>

#include <cerrno>
#include <iterator>

namespace ue::net {

namespace {

const char* const kNetMessages[] = {
    "unknown error",
    "read start error",
    "bind error",
    "listen error",
    "ssl error",
    "resolve error",
    "address family not supported",
    "temporary failure",
    "bad ai_flags value",
    "invalid value for hints",
    "request canceled",
    "permanent failure",
    "ai_family not supported",
    "out of memory",
    "no address",
    "unknown node or service",
    "argument buffer overflow",
    "resolved protocol is unknown",
    "service not available for socket type",
    "socket type not supported",
    "invalid Unicode character",
    "machine is not on the network",
    "cannot send after transport endpoint shutdown",
    "host is down",
    "remote I/O error",
};

const char* const kResolveMessages[] = {
    "host not found",
    "not implemented by the name server",
    "service not found",
    "the name has no address of the wanted kind",
    "the name server found the query malformed",
    "the name server failed",
    "the name server refused the query",
    "malformed query",
    "malformed name",
    "malformed answer of the name server",
    "end of file",
    "cannot read the resolver's configuration",
    "malformed string",
    "illegal flags",
    "given name is not numeric",
    "illegal hints",
    "resolver is not initialized",
    "cannot load the system's resolver library",
    "cannot ask the system for its network parameters",
};

const char* const kStreamerMessages[] = {"streamer read error", "streamer write error"};

template <size_t N>
std::string nth(const char* const (&messages)[N], int value) {
    return value >= 1 && value <= static_cast<int>(N) ? messages[value - 1] : "unknown error";
}

std::string net_message(int v) {
    return nth(kNetMessages, v);
}
std::string resolve_message(int v) {
    return nth(kResolveMessages, v);
}
std::string streamer_message(int v) {
    return nth(kStreamerMessages, v);
}

static_assert(std::size(kNetMessages) == static_cast<size_t>(NetError::kRemoteIo), "a message for every error");
static_assert(std::size(kResolveMessages) == static_cast<size_t>(ResolveError::kNoGetNetworkParams), "ditto");

}  // namespace

const ErrorCategory error_category = {"unievent", net_message};
const ErrorCategory resolve_category = {"unievent-resolve", resolve_message};
const ErrorCategory streamer_category = {"unievent-streamer", streamer_message};

ErrorCode uv_error(int status) {
    if (status >= 0) return {};
    switch (status) {
        case UV_EAI_ADDRFAMILY:
            return NetError::kAiAddressFamilyNotSupported;
        case UV_EAI_AGAIN:
            return NetError::kAiTemporaryFailure;
        case UV_EAI_BADFLAGS:
            return NetError::kAiBadFlags;
        case UV_EAI_BADHINTS:
            return NetError::kAiBadHints;
        case UV_EAI_CANCELED:
            return NetError::kAiRequestCanceled;
        case UV_EAI_FAIL:
            return NetError::kAiPermanentFailure;
        case UV_EAI_FAMILY:
            return NetError::kAiFamilyNotSupported;
        case UV_EAI_MEMORY:
            return NetError::kAiOutOfMemory;
        case UV_EAI_NODATA:
            return NetError::kAiNoAddress;
        case UV_EAI_NONAME:
            return NetError::kAiUnknownNodeOrService;
        case UV_EAI_OVERFLOW:
            return NetError::kAiArgumentBufferOverflow;
        case UV_EAI_PROTOCOL:
            return NetError::kAiResolvedProtocolUnknown;
        case UV_EAI_SERVICE:
            return NetError::kAiServiceNotAvailableForSocketType;
        case UV_EAI_SOCKTYPE:
            return NetError::kAiSocketTypeNotSupported;
        case UV_ECHARSET:
            return NetError::kInvalidUnicodeCharacter;
        case UV_ENONET:
            return NetError::kNotOnNetwork;
        case UV_ESHUTDOWN:
            return NetError::kTransportEndpointShutdown;
        case UV_EREMOTEIO:
            return NetError::kRemoteIo;
        case -EHOSTDOWN:
            return NetError::kHostDown;
        case UV_EOF:
        case UV_UNKNOWN:
            return NetError::kUnknownError;
        default:
            return system_error(-status);
    }
}

}  // namespace ue::net
