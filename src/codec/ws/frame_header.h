// The two to fourteen octets before a payload (RFC 6455 section 5.2).
#pragma once
#include <cstddef>
#include <cstdint>

namespace ue::codec {

constexpr size_t kMaxFrameHeader = 14;

struct FrameHeader {
    uint64_t length = 0;    // of the payload
    uint32_t mask_key = 0;  // as it lies in memory; meaningful if masked
    uint8_t opcode = 0;
    uint8_t rsv = 0;  // kRsv1 | kRsv2 | kRsv3
    bool fin = true;
    bool masked = false;

    static constexpr uint8_t kRsv1 = 0x40, kRsv2 = 0x20, kRsv3 = 0x10;
};

// How many octets a header with this beginning (two octets) has: 2..14.
size_t frame_header_size(uint8_t second);
// The size of the header that write_frame_header() makes.
size_t frame_header_size(uint64_t payload_length, bool masked);

// `data` holds frame_header_size(data[1]) octets. False if the length is not encoded in the shortest form, or has the
// 64th bit; everything else, the right to be checked by the caller, is filled in nevertheless.
bool parse_frame_header(const char* data, FrameHeader& out);
// Only the fields that the first two octets tell; length is 126 or 127 where an extended length follows.
void parse_frame_start(const char* data, FrameHeader& out);

// Writes the header, length in the shortest form; returns its size.
size_t write_frame_header(char* to, const FrameHeader& header);

}  // namespace ue::codec
