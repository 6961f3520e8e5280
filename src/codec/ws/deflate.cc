#include "codec/ws/deflate.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace ue::codec {

namespace {
constexpr std::string_view kTail("\0\0\xff\xff", 4);  // what a sync flush ends with (RFC 7692 section 7.2.1)

bool same(const DeflateParams& a, const DeflateParams& b) {
    return a.level == b.level && a.window_bits == b.window_bits && a.mem_level == b.mem_level &&
           a.strategy == b.strategy;
}
}  // namespace

struct DeflateShare::Pool {
    struct IdleDeflater {
        DeflateParams params;
        Deflater stream;
    };
    struct IdleInflater {
        int window_bits;
        Inflater stream;
    };
    std::vector<IdleDeflater> deflaters;
    std::vector<IdleInflater> inflaters;
    std::string scratch;
};

DeflateShare::DeflateShare() : pool_(new Pool) {}
DeflateShare::~DeflateShare() = default;

void DeflateShare::trim() {
    *pool_ = Pool();
}
size_t DeflateShare::idle() const {
    return pool_->deflaters.size() + pool_->inflaters.size();
}

MessageDeflate::MessageDeflate(Role role, const DeflateAgreement& agreed, Ref<DeflateShare> share)
    : agreed_(agreed), share_(std::move(share)), role_(role) {}

MessageDeflate::~MessageDeflate() {
    leave_inflater();
    leave_deflater();
}

int MessageDeflate::send_window() const {
    return role_ == Role::kServer ? agreed_.server_max_window_bits : agreed_.client_max_window_bits;
}
int MessageDeflate::receive_window() const {
    return role_ == Role::kServer ? agreed_.client_max_window_bits : agreed_.server_max_window_bits;
}
bool MessageDeflate::keeps_send_context() const {
    return !(role_ == Role::kServer ? agreed_.server_no_context_takeover : agreed_.client_no_context_takeover);
}
bool MessageDeflate::keeps_receive_context() const {
    return !(role_ == Role::kServer ? agreed_.client_no_context_takeover : agreed_.server_no_context_takeover);
}

// ---- receiving

bool MessageDeflate::open_inflater() {
    if (inflater_.is_open()) return true;
    if (share_ && !keeps_receive_context()) {
        auto& idle = share_->pool_->inflaters;
        for (size_t i = idle.size(); i-- > 0;) {
            if (idle[i].window_bits != receive_window()) continue;
            inflater_ = std::move(idle[i].stream);
            idle.erase(idle.begin() + static_cast<ptrdiff_t>(i));
            return true;
        }
    }
    return inflater_.open(ZFormat::kRaw, receive_window());
}

void MessageDeflate::leave_inflater() {
    inflating_ = at_end_ = false;
    if (!inflater_.is_open() || keeps_receive_context()) return;
    inflater_.reset();
    if (!share_) return;
    auto& idle = share_->pool_->inflaters;
    if (idle.size() < DeflateShare::kKeep) idle.push_back({receive_window(), std::move(inflater_)});
    inflater_.close();
}

void MessageDeflate::inflate_abort() {
    inflating_ = at_end_ = false;
    inflater_.close();
}

MessageDeflate::Inflate MessageDeflate::inflate(const char* data, size_t size, Payload& out, uint64_t limit) {
    if (size == 0) return Inflate::kOk;
    if (!open_inflater()) return Inflate::kError;
    inflating_ = true;
    // Output is asked for in steps that follow what has come out, so that a bomb costs no more than its limit.
    constexpr size_t kFirstStep = 1024, kStep = 64 * 1024;
    std::string_view in(data, size);
    size_t step = std::clamp(size * 4, kFirstStep, kStep);
    for (;;) {
        // One octet more than allowed tells the message that is too big from the one that just fits.
        const size_t wanted = std::max(step, out.room());
        const size_t room = limit < wanted ? static_cast<size_t>(limit) + 1 : wanted;
        char* to = out.reserve(room);
        size_t produced = 0;
        at_end_ = false;
        const auto result = inflater_.write(in, to, room, produced);
        out.commit(static_cast<size_t>(std::min<uint64_t>(produced, limit)));
        if (produced > limit) return Inflate::kTooBig;
        limit -= produced;
        step = kStep;
        switch (result) {
            case Inflater::Result::kMore:
                return Inflate::kOk;
            case Inflater::Result::kError:
                return Inflate::kError;
            case Inflater::Result::kLimit:
                break;
            case Inflater::Result::kEnd:
                // A final block ends the stream, not the message (RFC 7692 section 7.2.3.4).
                if (!inflater_.restart()) return Inflate::kError;
                at_end_ = true;
                if (in.empty()) return Inflate::kOk;
                break;
        }
    }
}

MessageDeflate::Inflate MessageDeflate::inflate_end(Payload& out, uint64_t limit) {
    // Nothing is to be put back if there was nothing, behind a final block, and if the sender has left nothing out.
    if (inflating_ && !at_end_ && !inflater_.between_blocks()) {
        const Inflate result = inflate(kTail.data(), kTail.size(), out, limit);
        if (result != Inflate::kOk) return result;
        if (!inflater_.between_blocks()) return Inflate::kError;  // the message was cut off
    }
    leave_inflater();
    return Inflate::kOk;
}

// ---- sending

// A message that is compressed for itself needs no window and no tables beyond its own size: the result is the same,
// and less memory has to be cleared before every message and is fetched into the cache.
DeflateParams MessageDeflate::send_params(uint64_t message_size) const {
    struct Fit {
        uint64_t size;  // at most; the window less what zlib keeps free of it (262 octets)
        int window_bits, mem_level;
    };
    constexpr Fit kFits[] = {{2048 - 262, 11, 5}, {8192 - 262, 13, 7}};
    DeflateParams params;
    params.level = agreed_.compression_level;
    params.window_bits = send_window();
    params.mem_level = agreed_.mem_level;
    params.strategy = agreed_.strategy;
    for (const Fit& fit : kFits) {
        if (message_size > fit.size) continue;
        params.window_bits = std::min(params.window_bits, fit.window_bits);
        params.mem_level = std::min(params.mem_level, fit.mem_level);
        break;
    }
    return params;
}

bool MessageDeflate::open_deflater(uint64_t message_size) {
    compressing_ = true;
    if (deflater_.is_open()) return true;
    const bool lent = share_ && !keeps_send_context();
    const DeflateParams params = send_params(lent ? message_size : UINT64_MAX);
    if (lent) {
        lent_ = params;
        auto& idle = share_->pool_->deflaters;
        for (size_t i = idle.size(); i-- > 0;) {
            if (!same(idle[i].params, params)) continue;
            deflater_ = std::move(idle[i].stream);
            idle.erase(idle.begin() + static_cast<ptrdiff_t>(i));
            return true;
        }
    }
    return deflater_.open(ZFormat::kRaw, params, lent ? Deflater::Memory::kHeap : Deflater::Memory::kPages);
}

void MessageDeflate::leave_deflater() {
    compressing_ = false;
    if (!deflater_.is_open() || keeps_send_context()) return;
    deflater_.reset();
    if (!share_) return;
    auto& idle = share_->pool_->deflaters;
    if (idle.size() < DeflateShare::kKeep) idle.push_back({lent_, std::move(deflater_)});
    deflater_.close();
}

void MessageDeflate::compress(std::string_view piece, Flush flush, std::string& out) {
    const size_t before = out.size();
    const auto how = flush == Flush::kMore ? Deflater::Flush::kNone : Deflater::Flush::kSync;
    deflater_.write(piece, how, out);  // refuses only after the end of a stream, which is never asked for
    if (flush != Flush::kMessage) return;
    if (out.size() - before >= kTail.size() && std::string_view(out).substr(out.size() - kTail.size()) == kTail) {
        out.resize(out.size() - kTail.size());
    }
    // zlib says nothing twice, but a message must have a block (section 7.2.3.6).
    if (out.size() == before) out += '\0';
    leave_deflater();
}

void MessageDeflate::compress_abort() {
    compressing_ = false;
    // The peer has not seen, or cannot make sense of, what the history now holds.
    deflater_.close();
}

std::string& MessageDeflate::scratch() {
    // Kept for the next message, unless a giant has passed through.
    constexpr size_t kKept = 256 * 1024;
    std::string& s = share_ ? share_->pool_->scratch : scratch_;
    s.clear();
    if (s.capacity() > kKept) s.shrink_to_fit();
    return s;
}

void MessageDeflate::drop_idle(bool contexts) {
    if (!compressing_ && (contexts || !keeps_send_context())) deflater_.close();
    if (!inflating_ && !keeps_receive_context()) inflater_.close();
    scratch_ = std::string();
}

}  // namespace ue::codec
