#include <algorithm>
#include <cstring>

#include "codec/ws/deflate.h"
#include "codec/ws/mask.h"
#include "codec/ws/message_reader.h"

namespace ue::codec {

// ---- control frames

MessageReader::Step MessageReader::read_control(Span& in, Payload& whole) {
    const auto size = static_cast<size_t>(std::min<uint64_t>(left_of_frame(), in.size));
    char* data = in.data;
    in.data += size;
    in.size -= size;
    if (frame_.masked) mask_in_place(data, size, frame_.mask_key, frame_done_);
    const bool at_once = size == frame_.length;
    frame_done_ += size;
    if (at_once) {
        if (size) whole.look_at({data, size});
        return Step::kDone;
    }
    control_.append({data, size});
    if (left_of_frame()) return Step::kMore;
    whole.take(control_);
    return Step::kDone;
}

MessageReader::Step MessageReader::finish_close(Payload& payload, uint16_t& code) {
    code = kCloseUnknown;
    suggested_close_code_ = kCloseDone;
    if (payload.size()) {
        const auto* p = reinterpret_cast<const uint8_t*>(payload.data());
        code = static_cast<uint16_t>(p[0] << 8 | p[1]);
        if (!close_code_allowed(code)) return fail(WsError::kCloseFrameInvalidData);
        payload.cut_front(2);
        if (config_->check_utf8 && !utf8_valid(payload.view())) return fail(WsError::kInvalidUtf8);
        suggested_close_code_ = code;
    }
    recv_closed_ = true;
    end_message();
    return Step::kDone;
}

// ---- data frames

MessageReader::Step MessageReader::read_data(Span& in, Payload& whole) {
    // Limits may have been lowered while the frame was under way.
    if (frame_done_ && check_limits(mode_) != Step::kDone) return Step::kFailed;
    const uint64_t left = left_of_frame();
    const bool all_here = in.size >= left;
    const size_t size = all_here ? static_cast<size_t>(left) : in.size;
    char* data = in.data;
    in.data += size;
    in.size -= size;
    // Whoever is going to wait, or whose message has more frames, collects, and so does a large one; the others never
    // see the block.
    if (frame_done_ == 0 && !collecting_)
        collecting_ = !all_here || (mode_ == Mode::kMessages && !frame_.fin) || (size >= kBlockMinimum && !deflated_);
    if (size && consume(data, size, whole) != Step::kDone) return Step::kFailed;
    return all_here ? Step::kDone : Step::kMore;
}

// Octets of the current frame, as they came.
MessageReader::Step MessageReader::consume(char* data, size_t size, Payload& whole) {
    const uint64_t phase = frame_done_;
    frame_done_ += size;
    if (collecting_ && !deflated_) return collect(data, size, phase);
    if (frame_.masked) mask_in_place(data, size, frame_.mask_key, phase);
    if (deflated_) return inflate(data, size, target(whole));
    if (!text_is_valid(data, size)) return fail(WsError::kInvalidUtf8);
    message_size_ += size;
    whole.look_at({data, size});
    return Step::kDone;
}

// Unmasked on the way into the block.
MessageReader::Step MessageReader::collect(const char* data, size_t size, uint64_t phase) {
    if (collected_.room() < size) {
        const uint64_t come = collected_.size() + size;
        make_room(size, come + left_of_frame());
    }
    char* to = collected_.reserve(size);
    mask_copy(to, data, size, frame_.masked ? frame_.mask_key : 0, phase);
    if (!text_is_valid(to, size)) return fail(WsError::kInvalidUtf8);
    message_size_ += size;
    collected_.commit(size);
    return Step::kDone;
}

bool MessageReader::text_is_valid(const char* data, size_t size) {
    return !config_->check_utf8 || message_opcode_ != kOpText || utf8_.feed(data, size);
}

MessageReader::Step MessageReader::inflate(const char* data, size_t size, Payload& out) {
    const size_t before = out.size();
    const uint64_t limit = config_->max_message_size ? config_->max_message_size : UINT64_MAX;
    if (message_size_ > limit) return fail(WsError::kMaxMessageSize);  // the limit has been lowered meanwhile
    const uint64_t room = limit - message_size_;
    const auto result = data ? deflate_->inflate(data, size, out, room) : deflate_->inflate_end(out, room);
    const size_t produced = out.size() - before;
    message_size_ += produced;
    // In this order, so that it does not matter how many octets were inflated at once.
    if (!text_is_valid(out.data() + before, produced)) return fail(WsError::kInvalidUtf8);
    if (result == MessageDeflate::Inflate::kError) return fail(WsError::kInflateError);
    if (result == MessageDeflate::Inflate::kTooBig) return fail(WsError::kMaxMessageSize);
    return Step::kDone;
}

// The last frame of a message has come.
MessageReader::Step MessageReader::finish_data(Payload& whole) {
    if (deflated_ && inflate(nullptr, 0, target(whole)) != Step::kDone) return Step::kFailed;
    if (config_->check_utf8 && message_opcode_ == kOpText && !utf8_.complete()) return fail(WsError::kInvalidUtf8);
    return Step::kDone;
}

// Room for `come` octets that are there, and for as many of those to follow as they make believable; `announced` is
// what the block holds at the end of this frame.
void MessageReader::make_room(size_t come, uint64_t announced) {
    const uint64_t trusted = std::max<uint64_t>(kFirstBlock, (collected_.size() + come) * uint64_t{kGrowth});
    const uint64_t wanted = std::min(announced, trusted) - collected_.size();
    // The last block of the message is made to measure, the others grow geometrically.
    collected_.reserve(static_cast<size_t>(wanted), frame_.fin && announced <= trusted);
}

// ---- direct receiving

Span MessageReader::receive_target() {
    if (!in_frame_ || deflated_ || !collecting_ || recv_closed_ || failure_ != WsError{}) return {nullptr, 0};
    if (codec::is_control(frame_.opcode) || left_of_frame() < kDirectMinimum) return {nullptr, 0};
    // A system call for a handful of octets is not worth it.
    if (collected_.room() < kDirectMinimum / 4) make_room(0, collected_.size() + left_of_frame());
    const size_t room = static_cast<size_t>(std::min<uint64_t>(collected_.room(), left_of_frame()));
    return {collected_.reserve(0), room};
}

void MessageReader::received(size_t size) {
    char* data = collected_.reserve(0);
    if (frame_.masked) mask_in_place(data, size, frame_.mask_key, frame_done_);
    frame_done_ += size;
    message_size_ += size;
    collected_.commit(size);
    if (!text_is_valid(data, size)) fail(WsError::kInvalidUtf8);
}

}  // namespace ue::codec
