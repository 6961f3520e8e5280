#include "codec/ws/deflate.h"
#include "codec/ws/message_reader.h"

namespace ue::codec {

MessageReader::Step MessageReader::fail(WsError e) {
    failure_ = e;
    return Step::kFailed;
}

// What the first two octets tell, so that nothing more is awaited from a peer that talks something else.
MessageReader::Step MessageReader::check_start(uint8_t first, uint8_t second) {
    const uint8_t opcode = first & 0x0f, length = second & 0x7f;
    const bool masked = second & 0x80;
    frame_.opcode = opcode;
    frame_.fin = first & 0x80;
    if (!known_opcode(opcode)) return fail(WsError::kInvalidOpcode);
    if (codec::is_control(opcode)) {
        if (!(first & 0x80)) return fail(WsError::kControlFragmented);
        if (length > kMaxControlPayload) return fail(WsError::kControlPayloadTooBig);
        if (first & FrameHeader::kRsv1) return fail(WsError::kControlFrameCompression);
    }
    if (role_ == Role::kServer) {
        if (!masked && (length || config_->strict_masking)) return fail(WsError::kNotMasked);
    } else if (masked && config_->strict_masking) {
        return fail(WsError::kMasked);
    }
    return Step::kDone;
}

// Told by the header, so that the payload need not come first. A compressed message is measured as it comes out.
MessageReader::Step MessageReader::check_limits(Mode mode) {
    const uint64_t frame_limit = config_->max_frame_size, limit = config_->max_message_size;
    if (frame_limit && frame_.length > frame_limit) return fail(WsError::kMaxFrameSize);
    if (!limit || mode != Mode::kMessages || deflated_ || codec::is_control(frame_.opcode)) return Step::kDone;
    const uint64_t earlier_frames = message_size_ - frame_done_;
    if (frame_.length > limit || earlier_frames > limit - frame_.length) return fail(WsError::kMaxMessageSize);
    return Step::kDone;
}

MessageReader::Step MessageReader::check_data_frame() {
    const bool first = mode_ == Mode::kNone;
    if (first == (frame_.opcode == kOpContinue)) {
        return fail(first ? WsError::kInitialContinue : WsError::kFragmentNoContinue);
    }
    // RFC 7692 section 6.1: RSV1 belongs to the first frame of a message.
    const uint8_t meaningful = first && deflate_ ? FrameHeader::kRsv1 : 0;
    if (frame_.rsv & ~meaningful) return fail(WsError::kUnexpectedRsv);
    return Step::kDone;
}

}  // namespace ue::codec
