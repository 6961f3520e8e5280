#include "codec/ws/errors.h"

namespace ue::codec {

namespace {
struct Row {
    const char* name;
    const char* message;
};
// In the order of WsError.
const Row kRows[] = {
    {"garbage_after_connect", "garbage found after http request"},
    {"unsupported_version", "client's Sec-WebSocket-Version is not supported"},
    {"response_code_101", "handshake response code must be 101"},
    {"connection_mustbe_upgrade", "Connection must be 'Upgrade'"},
    {"upgrade_mustbe_websocket", "Upgrade must be 'websocket'"},
    {"sec_accept_missing", "Sec-WebSocket-Accept missing or invalid"},
    {"method_mustbe_get", "method must be GET"},
    {"http_1_1_required", "HTTP/1.1 or higher required"},
    {"body_prohibited", "body must not present"},
    {"invalid_opcode", "invalid opcode received"},
    {"control_fragmented", "control frame can't be fragmented"},
    {"control_payload_too_big", "control frame payload is too big"},
    {"not_masked", "frame is not masked"},
    {"max_frame_size", "max frame size exceeded"},
    {"max_message_size", "max message size exceeded"},
    {"close_frame_invalid_data", "control frame CLOSE contains invalid data"},
    {"initial_continue", "initial frame can't have opcode CONTINUE"},
    {"fragment_no_continue", "fragment frame must have opcode CONTINUE"},
    {"deflate_negotiation_failed", "deflate parameters negotiation error"},
    {"control_frame_compression", "compression of control frames is not allowed"},
    {"inflate_error", "zlib::inflate error"},
    {"unexpected_rsv", "RSV is set but no extension defining RSV meaning has been negotiated"},
    {"invalid_utf8", "invalid utf8 sequence"},
    {"invalid_length", "frame length is not encoded in the shortest form"},
    {"subprotocol_mismatch", "server selected a subprotocol that was not offered"},
    {"extension_mismatch", "server selected an extension that was not offered"},
    {"masked", "frame from server is masked"},
};
constexpr int kRowCount = sizeof kRows / sizeof *kRows;
static_assert(kRowCount == static_cast<int>(WsError::kMasked));

std::string message(int value) {
    return value >= 1 && value <= kRowCount ? kRows[value - 1].message : "unknown protocol error";
}
}  // namespace

const ErrorCategory ws_category = {"protocol-websocket", message};

ErrorCode make_error(WsError e) {
    return ErrorCode(static_cast<int>(e), ws_category);
}

const char* ws_error_name(WsError e) {
    const int value = static_cast<int>(e);
    return value >= 1 && value <= kRowCount ? kRows[value - 1].name : nullptr;
}

std::string default_close_reason(uint16_t code) {
    switch (code) {
        case kCloseNone:
            return "no error";
        case kCloseDone:
            return "Done";
        case kCloseAway:
            return "Away";
        case kCloseProtocolError:
            return "WS Protocol Error";
        case kCloseInvalidData:
            return "WS Invalid Data";
        case kCloseUnknown:
            return "WS Unknown";
        case kCloseAbnormally:
            return "Abnormally";
        case kCloseInvalidText:
            return "Invalid Text";
        case kCloseBadRequest:
            return "Bad Request";
        case kCloseMaxSize:
            return "Max Size";
        case kCloseExtensionNeeded:
            return "Extension Needed";
        case kCloseInternalError:
            return "Internal Error";
        case kCloseTls:
            return "TLS error";
        default:
            return std::to_string(code);
    }
}

bool close_code_allowed(uint16_t code) {
    if (code < 1000 || (code >= 1012 && code < 3000)) return false;
    return code != 1004 && code != kCloseUnknown && code != kCloseAbnormally;
}

uint16_t close_code_for(WsError e) {
    switch (e) {
        case WsError::kInvalidUtf8:
            return kCloseInvalidText;
        case WsError::kMaxFrameSize:
        case WsError::kMaxMessageSize:
            return kCloseMaxSize;
        default:
            return kCloseProtocolError;
    }
}

}  // namespace ue::codec
