#include "codec/ws/frame_header.h"

#include <cstring>

namespace ue::codec {

namespace {
constexpr uint8_t kFin = 0x80, kMasked = 0x80, kLength = 0x7f, kLength16 = 126, kLength64 = 127;

uint64_t read_big(const unsigned char* p, int octets) {
    uint64_t v = 0;
    for (int i = 0; i < octets; ++i)
        v = v << 8 | p[i];
    return v;
}

void write_big(char* p, uint64_t v, int octets) {
    for (int i = octets; i-- > 0; v >>= 8)
        p[i] = static_cast<char>(v & 255);
}
}  // namespace

size_t frame_header_size(uint8_t second) {
    const uint8_t length = second & kLength;
    return 2 + (length == kLength16 ? 2 : length == kLength64 ? 8 : 0) + (second & kMasked ? 4 : 0);
}

size_t frame_header_size(uint64_t payload_length, bool masked) {
    return 2 + (payload_length < kLength16 ? 0 : payload_length <= 0xffff ? 2 : 8) + (masked ? 4 : 0);
}

void parse_frame_start(const char* data, FrameHeader& out) {
    const auto first = static_cast<uint8_t>(data[0]), second = static_cast<uint8_t>(data[1]);
    out.opcode = first & 0x0f;
    out.rsv = first & (FrameHeader::kRsv1 | FrameHeader::kRsv2 | FrameHeader::kRsv3);
    out.fin = (first & kFin) != 0;
    out.masked = (second & kMasked) != 0;
    out.length = second & kLength;
}

bool parse_frame_header(const char* data, FrameHeader& out) {
    parse_frame_start(data, out);
    auto* p = reinterpret_cast<const unsigned char*>(data) + 2;
    bool shortest = true;
    if (out.length == kLength16) {
        out.length = read_big(p, 2);
        shortest = out.length >= kLength16;
        p += 2;
    } else if (out.length == kLength64) {
        out.length = read_big(p, 8);
        shortest = out.length > 0xffff && out.length >> 63 == 0;
        p += 8;
    }
    if (out.masked) std::memcpy(&out.mask_key, p, 4);
    return shortest;
}

size_t write_frame_header(char* to, const FrameHeader& h) {
    const uint8_t mask_bit = h.masked ? kMasked : 0;
    to[0] = static_cast<char>((h.fin ? kFin : 0) | h.rsv | h.opcode);
    size_t size = 2;
    if (h.length < kLength16) {
        to[1] = static_cast<char>(mask_bit | h.length);
    } else if (h.length <= 0xffff) {
        to[1] = static_cast<char>(mask_bit | kLength16);
        write_big(to + 2, h.length, 2);
        size = 4;
    } else {
        to[1] = static_cast<char>(mask_bit | kLength64);
        write_big(to + 2, h.length, 8);
        size = 10;
    }
    if (!h.masked) return size;
    std::memcpy(to + size, &h.mask_key, 4);
    return size + 4;
}

}  // namespace ue::codec
