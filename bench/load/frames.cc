#include "frames.h"

#include <zlib.h>

#include <algorithm>

#include "common.h"

namespace bench {

void FreeInflater::operator()(z_stream* stream) const {
    inflateEnd(stream);
    delete stream;
}

static Inflater make_inflater() {
    Inflater stream(new z_stream{});
    if (inflateInit2(stream.get(), -15) != Z_OK) die(kBroken, "inflateInit2 failed");
    return stream;
}

void FrameRules::agree(const Options& options, const Agreement& agreement, const Tape& messages) {
    tape = &messages;
    text = options.text;
    deflate = options.deflate;
    if (agreement.server_resets) shared = make_inflater();
}

bool FrameReader::take_head(const uint8_t*& p, size_t& n) {
    size_t need = 2;
    for (int step = 0; step < 2; ++step) {
        while (head_have_ < need && n)
            head_[head_have_++] = *p++, --n;
        if (head_have_ < need) return false;
        const int length = head_[1] & 0x7f;
        need = length == 126 ? 4 : length == 127 ? 10 : 2;
    }
    return true;
}

void FrameReader::begin(FrameRules& rules) {
    const bool final = head_[0] & 0x80, rsv1 = head_[0] & 0x40;
    if (head_[1] & 0x80) die(kBroken, "masked frame from the server");
    if (head_[0] & 0x30) die(kBroken, "reserved bits set");
    left_ = head_[1] & 0x7f;
    if (left_ >= 126) {
        const int bytes = left_ == 126 ? 2 : 8;
        left_ = 0;
        for (int i = 0; i < bytes; ++i)
            left_ = left_ << 8 | head_[2 + i];
    }
    head_have_ = 0;
    in_frame_ = true;
    if (opcode() & 8) {
        if (opcode() > 10 || !final || rsv1 || left_ > 125) die(kBroken, "bad control frame %02x", head_[0]);
        control_.clear();
        return;
    }
    if ((opcode() == 0) != in_message_) die(kBroken, "opcode %d out of sequence", opcode());
    if (opcode() == 0) {
        if (rsv1) die(kBroken, "RSV1 on a continuation frame");
    } else {
        const int wanted = rules.text ? 1 : 2;
        if (opcode() != wanted) die(kBroken, "message of type %d came back as type %d", wanted, opcode());
        if (rsv1 && !rules.deflate) die(kBroken, "compressed frame, but nothing was negotiated");
        compressed_ = rsv1;
        rules.compressed += rsv1;
        in_message_ = true;
    }
    rules.payload_bytes += left_;
}

FrameReader::Found FrameReader::read(FrameRules& rules, Replies& replies, uint32_t connection, const uint8_t*& p,
                                     size_t& n) {
    while (n || in_frame_) {
        if (!in_frame_) {
            if (!take_head(p, n)) return Found::kNothing;
            begin(rules);
        }
        const bool control = head_[0] & 8;
        const size_t take = std::min<uint64_t>(n, left_);
        if (control)
            control_.append(reinterpret_cast<const char*>(p), take);
        else if (compressed_)
            inflate(rules, replies, connection, p, take);
        else if (take)
            replies.check(*rules.tape, connection, p, take);
        p += take, n -= take, left_ -= take;
        if (left_) return Found::kNothing;
        in_frame_ = false;
        if (control) return Found::kControl;
        if (!(head_[0] & 0x80)) continue;
        if (compressed_) {
            static const uint8_t kTail[] = {0, 0, 0xff, 0xff};  // what RFC 7692 left out
            inflate(rules, replies, connection, kTail, sizeof kTail);
            if (rules.shared) inflateReset(rules.shared.get());
        }
        in_message_ = false;
        return Found::kMessage;
    }
    return Found::kNothing;
}

void FrameReader::inflate(FrameRules& rules, Replies& replies, uint32_t connection, const uint8_t* p, size_t n) {
    if (!rules.shared && !own_) own_ = make_inflater();
    z_stream* stream = rules.shared ? rules.shared.get() : own_.get();
    stream->next_in = const_cast<Bytef*>(p);
    stream->avail_in = uInt(n);
    do {
        stream->next_out = rules.plain.data();
        stream->avail_out = uInt(rules.plain.size());
        const int result = ::inflate(stream, Z_SYNC_FLUSH);
        if (result != Z_OK && result != Z_BUF_ERROR)
            die(kBroken, "inflate failed (%d): %s", result, stream->msg ? stream->msg : "");
        const size_t got = rules.plain.size() - stream->avail_out;
        if (got) replies.check(*rules.tape, connection, rules.plain.data(), got);
    } while (!stream->avail_out);
    if (stream->avail_in) die(kBroken, "%u bytes left over after inflate", stream->avail_in);
}

}  // namespace bench
