// Frame headers (RFC 6455 section 5.2).
#include "codec/ws/frame_header.h"

#include <cstring>

#include "codec/ws/errors.h"
#include "ws_wire.h"

using namespace ue::codec;
using wire::hex;

namespace {
std::string written(FrameHeader h) {
    char to[kMaxFrameHeader];
    const size_t size = write_frame_header(to, h);
    return wire::to_hex({to, size});
}
FrameHeader header(uint8_t op, uint64_t length, bool masked = false, bool fin = true, uint8_t rsv = 0) {
    FrameHeader h;
    h.opcode = op, h.length = length, h.masked = masked, h.fin = fin, h.rsv = rsv;
    std::memcpy(&h.mask_key, "\xa1\xb2\xc3\xd4", 4);
    return h;
}
}  // namespace

TEST(ws_frame_header) {
    IS(written(header(1, 0)), "8100", "empty");
    IS(written(header(2, 125)), "827d", "seven bits");
    IS(written(header(2, 126)), "827e007e", "sixteen bits begin");
    IS(written(header(2, 65535)), "827effff", "sixteen bits end");
    IS(written(header(2, 65536)), "827f0000000000010000", "sixty-four bits begin");
    IS(written(header(1, 5, true)), "8185a1b2c3d4", "masked");
    IS(written(header(0, 1, false, false)), "0001", "not final, continued");
    IS(written(header(1, 1, false, true, FrameHeader::kRsv1)), "c101", "compressed");
    for (uint64_t length : {0ull, 125ull, 126ull, 65535ull, 65536ull, 1ull << 32, (1ull << 63) - 1}) {
        for (bool masked : {false, true}) {
            const FrameHeader h = header(2, length, masked);
            char to[kMaxFrameHeader];
            const size_t size = write_frame_header(to, h);
            IS(size, frame_header_size(length, masked), "size of " + std::to_string(length));
            IS(frame_header_size(static_cast<uint8_t>(to[1])), size, "told by the second octet");
            FrameHeader back;
            OK(parse_frame_header(to, back), "parsed");
            OK(back.length == length && back.masked == masked && back.opcode == 2 && back.fin, "and the same");
            OK(!masked || back.mask_key == h.mask_key, "with its key");
        }
    }
}

TEST(ws_frame_header) {
    FrameHeader h;
    OK(!parse_frame_header(hex("827e007d").data(), h), "125 in sixteen bits");
    OK(!parse_frame_header(hex("827e0000").data(), h), "0 in sixteen bits");
    OK(!parse_frame_header(hex("827f000000000000ffff").data(), h), "65535 in sixty-four bits");
    OK(!parse_frame_header(hex("827f8000000000000000").data(), h), "the 64th bit");
    OK(!parse_frame_header(hex("827fffffffffffffffff").data(), h), "all bits");
    OK(parse_frame_header(hex("827f7fffffffffffffff").data(), h), "the largest there is");
    IS(h.length, (uint64_t{1} << 63) - 1, "2^63 - 1");
    OK(parse_frame_header(hex("f000").data(), h), "what the fields mean is not judged here");
    IS(int(h.rsv), FrameHeader::kRsv1 | FrameHeader::kRsv2 | FrameHeader::kRsv3, "all reserved bits");
}

TEST(ws_frame_header) {
    // RFC 6455 section 7.4 and the interface's table of codes.
    for (int code : {0, 1, 999, 1004, 1005, 1006, 1012, 1013, 1014, 1015, 1016, 1100, 2000, 2999})
        OK(!close_code_allowed(static_cast<uint16_t>(code)), std::to_string(code) + " may not be sent");
    for (int code : {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 3000, 3999, 4000, 4999, 5000, 65535})
        OK(close_code_allowed(static_cast<uint16_t>(code)), std::to_string(code) + " may");
    IS(default_close_reason(1001), "Away", "a reason");
    IS(default_close_reason(0), "no error", "for no code");
    IS(default_close_reason(3001), "3001", "for any other");
    IS(ue::ErrorCode(WsError::kInvalidUtf8).to_string(), "invalid utf8 sequence (23:protocol-websocket)",
       "an error in words");
    IS(std::string(ws_error_name(WsError::kGarbageAfterConnect)), "garbage_after_connect", "the name of an error");
    OK(!ws_error_name(static_cast<WsError>(0)) && !ws_error_name(static_cast<WsError>(99)), "and of none");
}
