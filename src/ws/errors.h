// The WebSocket layer's own errors. Each stands on top of its cause (a system error, one of category
// "protocol-websocket"), except for cancellations, which travel as they are.
#pragma once
#include "base/error.h"

namespace ue::ws {

// Category "unievent::websocket::Error".
enum class Error {
    kReadError = 1,  // the socket failed while reading, or the peer broke the protocol
    kWriteError,     // the socket failed while writing, or there is no connection to send on
    kConnectError,   // a client got no HTTP answer
};

extern const ErrorCategory error_category;
inline ErrorCode make_error(Error e) {
    return ErrorCode(static_cast<int>(e), error_category);
}
// "read_error", ...; null beyond the last: what a table of constants walks.
const char* error_name(Error e);

}  // namespace ue::ws
