#include "codec/ws/message_reader.h"

#include <algorithm>
#include <cstring>

#include "codec/ws/deflate.h"

namespace ue::codec {

void MessageReader::swallow(Span& in) {
    in.data += in.size;
    in.size = 0;
}

MessageReader::Step MessageReader::read_header(Span& in, Mode mode) {
    const auto octet = [](const char* p, int i) { return static_cast<uint8_t>(p[i]); };
    // Nearly always: the whole header lies in the buffer.
    if (stash_size_ == 0 && in.size >= 2) {
        const size_t size = frame_header_size(octet(in.data, 1));
        if (in.size >= size) {
            if (check_start(octet(in.data, 0), octet(in.data, 1)) != Step::kDone) return Step::kFailed;
            const bool shortest = parse_frame_header(in.data, frame_);
            in.data += size;
            in.size -= size;
            return check_header(shortest, mode);
        }
    }
    size_t wanted = stash_size_ < 2 ? 2 : frame_header_size(octet(stash_, 1));
    for (;;) {
        const size_t take = std::min(wanted - stash_size_, in.size);
        if (take) std::memcpy(stash_ + stash_size_, in.data, take);
        stash_size_ = static_cast<uint8_t>(stash_size_ + take);
        in.data += take;
        in.size -= take;
        if (stash_size_ < wanted) return Step::kMore;
        if (wanted > 2) break;
        if (check_start(octet(stash_, 0), octet(stash_, 1)) != Step::kDone) return Step::kFailed;
        wanted = frame_header_size(octet(stash_, 1));
        if (wanted == 2) break;
    }
    stash_size_ = 0;
    return check_header(parse_frame_header(stash_, frame_), mode);
}

MessageReader::Step MessageReader::check_header(bool shortest, Mode mode) {
    frame_done_ = 0;
    in_frame_ = true;
    if (!shortest) return fail(WsError::kInvalidLength);
    if (config_->max_frame_size && frame_.length > config_->max_frame_size) return fail(WsError::kMaxFrameSize);
    if (codec::is_control(frame_.opcode)) {
        if (frame_.rsv) return fail(WsError::kUnexpectedRsv);
        if (frame_.opcode == kOpClose && frame_.length == 1) return fail(WsError::kCloseFrameInvalidData);
        return Step::kDone;
    }
    if (check_data_frame() != Step::kDone) return Step::kFailed;
    if (mode_ == Mode::kNone) {
        mode_ = mode;
        message_opcode_ = frame_.opcode;
        deflated_ = frame_.rsv & FrameHeader::kRsv1;
        message_size_ = 0;
        frame_count_ = 0;
        utf8_.reset();
    }
    return check_limits(mode);
}

// To the end of the next frame, if it is there. `whole` is where its payload goes unless it has to be collected.
MessageReader::Step MessageReader::next_piece(Span& in, Payload& whole, Mode mode) {
    if (failure_ != WsError{}) return Step::kFailed;  // in bytes received directly
    if (!in_frame_) {
        const Step header = read_header(in, mode);
        if (header != Step::kDone) return header;
    }
    return codec::is_control(frame_.opcode) ? read_control(in, whole) : read_data(in, whole);
}

template <class Out>
MessageReader::Status MessageReader::report_error(Span& in, Out& out) {
    out.error_ = failure_;
    suggested_close_code_ = close_code_for(failure_);
    failure_ = WsError{};
    if (deflated_ && deflate_) deflate_->inflate_abort();
    end_message();
    control_.clear();
    out.payload_.clear();
    in_frame_ = false;
    stash_size_ = 0;
    swallow(in);
    return kError;
}

void MessageReader::end_message() {
    collected_.clear();
    collecting_ = false;
    deflated_ = false;
    mode_ = Mode::kNone;
}

MessageReader::Status MessageReader::next(Span& in, WsMessage& out, bool may_pause) {
    out.reuse();
    if (recv_closed_) return swallow(in), kNeedMore;
    if (take_small(in, out)) return kMessage;
    for (size_t fragments = 1;; ++fragments) {
        Step step = next_piece(in, out.payload_, Mode::kMessages);
        if (step == Step::kMore) return kNeedMore;
        const bool control = codec::is_control(frame_.opcode);
        if (step == Step::kDone && control && frame_.opcode == kOpClose)
            step = finish_close(out.payload_, out.close_code_);
        if (step == Step::kDone && !control && frame_.fin) step = finish_data(out.payload_);
        if (step == Step::kFailed) {
            const bool data = mode_ != Mode::kNone && !control;
            out.opcode_ = data ? message_opcode_ : frame_.opcode;
            out.frame_count_ = data ? frame_count_ : 0;
            out.deflated_ = data && deflated_;
            return report_error(in, out);
        }
        in_frame_ = false;
        if (control) {
            out.opcode_ = frame_.opcode;
            out.frame_count_ = 1;
            return kMessage;
        }
        ++frame_count_;
        if (!frame_.fin) {
            if (may_pause && fragments >= kFragmentsPerCall && in.size > 0) return kPause;
            continue;
        }
        out.opcode_ = message_opcode_;
        out.frame_count_ = frame_count_;
        out.deflated_ = deflated_;
        if (collecting_) out.payload_.take(collected_);
        end_message();
        return kMessage;
    }
}

MessageReader::Status MessageReader::next_frame(Span& in, Frame& out) {
    out.reuse();
    if (recv_closed_) return swallow(in), kNeedMore;
    Step step = next_piece(in, out.payload_, Mode::kFrames);
    if (step == Step::kMore) return kNeedMore;
    const bool control = codec::is_control(frame_.opcode);
    if (step == Step::kDone && control && frame_.opcode == kOpClose) step = finish_close(out.payload_, out.close_code_);
    if (step == Step::kDone && !control && frame_.fin) step = finish_data(out.payload_);
    out.opcode_ = frame_.opcode;
    out.final_ = frame_.fin;
    if (step == Step::kFailed) return report_error(in, out);
    in_frame_ = false;
    out.wire_length_ = frame_.opcode == kOpClose ? out.payload_.size() : frame_.length;
    if (control) return kMessage;
    ++frame_count_;
    if (collecting_) out.payload_.take(collected_);
    collecting_ = false;
    if (frame_.fin) end_message();
    return kMessage;
}

void MessageReader::reset() {
    end_message();
    control_.clear();
    deflate_ = nullptr;
    in_frame_ = recv_closed_ = false;
    stash_size_ = 0;
    failure_ = WsError{};
    suggested_close_code_ = kCloseNone;
}

}  // namespace ue::codec
