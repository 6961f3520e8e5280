#include "codec/ws/message_writer.h"

#include <cstring>

#include "base/digest.h"
#include "codec/ws/deflate.h"
#include "codec/ws/frame_header.h"
#include "codec/ws/mask.h"
#include "codec/ws/utf8.h"

namespace ue::codec {

namespace {
size_t total_size(const std::string_view* pieces, size_t count) {
    size_t size = 0;
    for (size_t i = 0; i < count; ++i)
        size += pieces[i].size();
    return size;
}

std::string join(const std::string_view* pieces, size_t count) {
    std::string whole;
    for (size_t i = 0; i < count; ++i)
        whole += pieces[i];
    return whole;
}
}  // namespace

size_t MessageWriter::whole(char* to, uint8_t opcode, std::string_view payload) const {
    FrameHeader h;
    h.opcode = opcode;
    h.length = payload.size();
    const size_t header = write_frame_header(to, h);
    if (!payload.empty()) std::memcpy(to + header, payload.data(), payload.size());
    return header + payload.size();
}

// Where all other frames are made.
void MessageWriter::put(Sink& out, uint8_t opcode, bool fin, uint8_t rsv, const std::string_view* pieces, size_t count,
                        bool callers) {
    const size_t size = total_size(pieces, count);
    FrameHeader h;
    h.opcode = opcode;
    h.fin = fin;
    h.rsv = rsv;
    h.length = size;
    h.masked = role_ == Role::kClient;
    if (h.masked) random_bytes(&h.mask_key, sizeof h.mask_key);

    if (callers && !h.masked && size >= kHeldMinimum) {
        out.commit(write_frame_header(out.reserve(kMaxFrameHeader), h));
        for (size_t i = 0; i < count; ++i) {
            if (!pieces[i].empty()) out.append_payload(pieces[i]);
        }
        return;
    }
    char* const start = out.reserve(kMaxFrameHeader + size);
    char* to = start + write_frame_header(start, h);
    uint64_t phase = 0;
    for (size_t i = 0; i < count; ++i) {
        const std::string_view piece = pieces[i];
        if (h.masked) {
            mask_copy(to, piece.data(), piece.size(), h.mask_key, phase);
        } else if (!piece.empty()) {
            std::memcpy(to, piece.data(), piece.size());
        }
        to += piece.size();
        phase += piece.size();
    }
    out.commit(static_cast<size_t>(to - start));
}

// One frame of the message under way.
void MessageWriter::put_next(Sink& out, const std::string_view* pieces, size_t count, bool fin) {
    const uint8_t opcode = begun_ ? uint8_t{kOpContinue} : opcode_;
    if (!deflated_) {
        put(out, opcode, fin, 0, pieces, count, true);
    } else {
        using Flush = MessageDeflate::Flush;
        std::string& packed = deflate_->scratch();
        for (size_t i = 0; i + 1 < count; ++i)
            deflate_->compress(pieces[i], Flush::kMore, packed);
        const std::string_view last = count ? pieces[count - 1] : std::string_view();
        deflate_->compress(last, fin ? Flush::kMessage : Flush::kFrame, packed);
        const std::string_view view(packed);
        put(out, opcode, fin, begun_ ? 0 : FrameHeader::kRsv1, &view, 1, false);
    }
    begun_ = true;
    if (fin) in_message_ = false;
}

bool MessageWriter::should_deflate(uint8_t opcode, uint64_t length) const {
    if (!deflate_ || length == 0) return false;
    const DeflateAgreement& a = deflate_->agreed();
    return length >= a.compression_threshold &&
           (opcode == kOpText || (opcode == kOpBinary && a.default_compress_binary));
}

void MessageWriter::start(uint8_t opcode, bool deflate, uint64_t size) {
    opcode_ = opcode;
    deflated_ = deflate && deflate_ && !codec::is_control(opcode) && deflate_->ready_to_compress(size);
    begun_ = false;
    in_message_ = true;
}

void MessageWriter::frame(Sink& out, const std::string_view* pieces, size_t count, bool final) {
    if (!codec::is_control(opcode_)) return put_next(out, pieces, count, final);
    in_message_ = false;
    control(out, opcode_, join(pieces, count));
}

void MessageWriter::message(Sink& out, uint8_t opcode, const std::string_view* pieces, size_t count, Compress how) {
    if (codec::is_control(opcode)) return control(out, opcode, join(pieces, count));
    const size_t size = total_size(pieces, count);
    start(opcode, how == Compress::kPolicy ? should_deflate(opcode, size) : how == Compress::kYes, size);
    put_next(out, pieces, count, true);
}

void MessageWriter::message_multiframe(Sink& out, uint8_t opcode, const std::string_view* pieces, size_t count,
                                       Compress how) {
    while (count && pieces[count - 1].empty())
        --count;
    const bool deflate =
        how == Compress::kPolicy ? should_deflate(opcode, total_size(pieces, count)) : how == Compress::kYes;
    start(opcode, deflate);
    for (size_t i = 0; i + 1 < count; ++i) {
        if (!pieces[i].empty()) put_next(out, &pieces[i], 1, false);
    }
    put_next(out, count ? &pieces[count - 1] : nullptr, count ? 1 : 0, true);
}

void MessageWriter::control(Sink& out, uint8_t opcode, std::string_view payload) {
    payload = payload.substr(0, kMaxControlPayload);
    put(out, opcode, true, 0, &payload, 1, false);
}

void MessageWriter::close(Sink& out, uint16_t code, std::string_view reason) {
    if (in_message_ && deflated_) deflate_->compress_abort();
    in_message_ = false;
    if (code == kCloseNone) return control(out, kOpClose);
    const char octets[] = {static_cast<char>(code >> 8), static_cast<char>(code & 255)};
    const std::string_view pieces[] = {{octets, 2}, reason.substr(0, utf8_cut(reason, kMaxCloseReason))};
    put(out, kOpClose, true, 0, pieces, 2, false);
}

void MessageWriter::reset() {
    deflate_ = nullptr;
    in_message_ = begun_ = deflated_ = false;
}

std::string make_frame(Role from, uint8_t opcode, std::string_view payload, bool fin, uint8_t rsv) {
    FrameHeader h;
    h.opcode = opcode;
    h.fin = fin;
    h.rsv = rsv;
    h.length = payload.size();
    h.masked = from == Role::kClient;
    if (h.masked) random_bytes(&h.mask_key, sizeof h.mask_key);
    std::string out(kMaxFrameHeader + payload.size(), '\0');
    const size_t header = write_frame_header(&out[0], h);
    mask_copy(&out[header], payload.data(), payload.size(), h.masked ? h.mask_key : 0);
    out.resize(header + payload.size());
    return out;
}

}  // namespace ue::codec
