// The vocabulary of RFC 6455: errors, opcodes, close codes.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.h"

namespace ue::codec {

// Category "protocol-websocket". 1..23 are the numbers of the interface, the rest are ours.
enum class WsError {
    kGarbageAfterConnect = 1,
    kUnsupportedVersion,
    kResponseCode101,
    kConnectionMustbeUpgrade,
    kUpgradeMustbeWebsocket,
    kSecAcceptMissing,
    kMethodMustbeGet,
    kHttp11Required,
    kBodyProhibited,
    kInvalidOpcode,
    kControlFragmented,
    kControlPayloadTooBig,
    kNotMasked,
    kMaxFrameSize,
    kMaxMessageSize,
    kCloseFrameInvalidData,
    kInitialContinue,
    kFragmentNoContinue,
    kDeflateNegotiationFailed,
    kControlFrameCompression,
    kInflateError,
    kUnexpectedRsv,
    kInvalidUtf8,
    kInvalidLength,        // longer than the shortest encoding, or beyond 63 bits (RFC 6455 section 5.2)
    kSubprotocolMismatch,  // the server chose what the client had not offered (section 4.1)
    kExtensionMismatch,    // likewise
    kMasked,               // by a server, where that is not tolerated (section 5.1)
};

extern const ErrorCategory ws_category;
ErrorCode make_error(WsError e);

// The public name of an error ("invalid_opcode"), null beyond the last: what a table of constants walks.
const char* ws_error_name(WsError e);

enum Opcode : uint8_t {
    kOpContinue = 0,
    kOpText = 1,
    kOpBinary = 2,
    kOpClose = 8,
    kOpPing = 9,
    kOpPong = 10,
};
inline bool is_control(uint8_t opcode) {
    return opcode >= kOpClose;
}
inline bool known_opcode(uint8_t opcode) {
    return opcode <= kOpBinary || (opcode >= kOpClose && opcode <= kOpPong);
}

enum CloseCode : uint16_t {
    kCloseNone = 0,
    kCloseDone = 1000,
    kCloseAway = 1001,
    kCloseProtocolError = 1002,
    kCloseInvalidData = 1003,
    kCloseUnknown = 1005,
    kCloseAbnormally = 1006,
    kCloseInvalidText = 1007,
    kCloseBadRequest = 1008,
    kCloseMaxSize = 1009,
    kCloseExtensionNeeded = 1010,
    kCloseInternalError = 1011,
    kCloseTls = 1015,
};
// The reason sent with a code when the user gave none: a sentence, or the number itself.
std::string default_close_reason(uint16_t code);
// May a peer put this code on the wire?
bool close_code_allowed(uint16_t code);
// The code with which to answer a receive error.
uint16_t close_code_for(WsError e);

// Which end of the connection we are: a server expects masked frames and sends plain ones, a client the reverse.
enum class Role : uint8_t { kServer, kClient };

constexpr size_t kMaxControlPayload = 125;
constexpr size_t kMaxCloseReason = 123;

}  // namespace ue::codec
