// The way that nearly every message of a busy server takes: one small frame, all of it there, nothing wrong with it.
// Whatever is not just that goes the long way, as if nobody had looked; so all rules are there, and here are shortcuts.
#include <cstring>

#include "codec/ws/mask.h"
#include "codec/ws/message_reader.h"

namespace ue::codec {

bool MessageReader::take_small(Span& in, WsMessage& out) {
    constexpr uint8_t kWholeText = 0x80 | kOpText, kWholeBinary = 0x80 | kOpBinary;
    constexpr size_t kLength16 = 126, kKey = 4;
    if (mode_ != Mode::kNone || in_frame_ || stash_size_ || in.size < 4) return false;
    const auto octet = [&](int i) { return static_cast<uint8_t>(in.data[i]); };
    const uint8_t first = octet(0);
    if (first != kWholeText && first != kWholeBinary) return false;
    const bool masked = octet(1) & 0x80;
    if (masked != (role_ == Role::kServer)) return false;
    size_t size = octet(1) & 0x7f, start = 2;
    if (size >= kLength16) {
        if (size != kLength16) return false;
        size = static_cast<size_t>(octet(2) << 8 | octet(3));
        start = 4;
        if (size < kLength16 || size >= kBlockMinimum) return false;
    }
    const size_t header = masked ? start + kKey : start;
    if (in.size < header + size) return false;
    if (config_->max_frame_size && size > config_->max_frame_size) return false;
    if (config_->max_message_size && size > config_->max_message_size) return false;

    char* const payload = in.data + header;
    uint32_t key = 0;
    if (masked) {
        std::memcpy(&key, in.data + start, kKey);
        mask_in_place(payload, size, key);
    }
    if (config_->check_utf8 && first == kWholeText && !utf8_valid({payload, size})) {
        if (masked) mask_in_place(payload, size, key);
        return false;
    }
    if (size) out.payload_.look_at({payload, size});
    out.opcode_ = first & 0x0f;
    out.frame_count_ = 1;
    in.data += header + size;
    in.size -= header + size;
    return true;
}

}  // namespace ue::codec
