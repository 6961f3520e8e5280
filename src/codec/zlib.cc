#include "codec/zlib.h"

#include <zlib.h>

#include <algorithm>
#include <climits>
#include <new>

#include "base/pages.h"

namespace ue::codec {

namespace {

constexpr size_t kScratch = 16384;

int wrapped_bits(ZFormat format, int bits) {
    switch (format) {
        case ZFormat::kRaw:
            return -bits;
        case ZFormat::kGzip:
            return bits + 16;
        case ZFormat::kAny:
            return bits + 32;
    }
    return 0;
}

// zlib counts its input in 32 bits.
void next_input(z_stream* z, const char*& p, size_t& left) {
    const size_t n = std::min<size_t>(left, UINT_MAX);
    z->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(p));
    z->avail_in = static_cast<uInt>(n);
    p += n;
    left -= n;
}

}  // namespace

bool Deflater::open(ZFormat format, const DeflateParams& params, Memory memory) {
    close();
    if (format == ZFormat::kAny || params.window_bits < 8 || params.window_bits > 15) return false;
    auto* z = new (std::nothrow) z_stream();
    if (!z) return false;
    if (memory == Memory::kPages) {
        z->zalloc = [](void*, uInt count, uInt size) { return take_pages(size_t{count} * size); };
        z->zfree = [](void*, void* block) { give_pages_back(block); };
    }
    // zlib does not do raw streams with a window of 256 bytes. With 512 it looks back at most 512 - 262 = 250 bytes
    // (it needs room for the longest match ahead), so the smaller window can decode what it writes.
    const int bits = std::max(params.window_bits, 9);
    if (deflateInit2(z, params.level, Z_DEFLATED, wrapped_bits(format, bits), params.mem_level, params.strategy) !=
        Z_OK) {
        delete z;
        return false;
    }
    z_ = z;
    return true;
}

void Deflater::close() {
    if (!z_) return;
    deflateEnd(z_);
    delete std::exchange(z_, nullptr);
}

void Deflater::reset() {
    deflateReset(z_);
}

bool Deflater::write(std::string_view in, Flush flush, std::string& out) {
    static constexpr int kModes[] = {Z_NO_FLUSH, Z_SYNC_FLUSH, Z_FINISH};
    const char* p = in.data();
    size_t left = in.size();
    char scratch[kScratch];
    do {
        next_input(z_, p, left);
        const int mode = left ? Z_NO_FLUSH : kModes[static_cast<int>(flush)];
        do {
            z_->next_out = reinterpret_cast<Bytef*>(scratch);
            z_->avail_out = kScratch;
            const int rc = deflate(z_, mode);
            if (rc == Z_STREAM_ERROR) return false;
            out.append(scratch, kScratch - z_->avail_out);
            // Z_BUF_ERROR is "nothing to do", and that includes input after the end of the stream.
            if (rc == Z_BUF_ERROR && z_->avail_in) return false;
        } while (z_->avail_out == 0);
    } while (left);
    return true;
}

bool Inflater::open(ZFormat format, int window_bits) {
    close();
    auto* z = new (std::nothrow) z_stream();
    if (!z) return false;
    if (window_bits < 8 || window_bits > 15 || inflateInit2(z, wrapped_bits(format, window_bits)) != Z_OK) {
        delete z;
        return false;
    }
    z_ = z;
    return true;
}

void Inflater::close() {
    if (!z_) return;
    inflateEnd(z_);
    delete std::exchange(z_, nullptr);
}

void Inflater::reset() {
    inflateReset(z_);
}

Inflater::Result Inflater::write(std::string_view& in, char* out, size_t size, size_t& produced) {
    produced = 0;
    for (;;) {
        const char* p = in.data();
        size_t left = in.size();
        next_input(z_, p, left);
        const uInt offered = z_->avail_in;
        const uInt room = static_cast<uInt>(std::min<size_t>(size - produced, UINT_MAX));
        z_->next_out = reinterpret_cast<Bytef*>(out + produced);
        z_->avail_out = room;
        const int rc = inflate(z_, Z_SYNC_FLUSH);
        in.remove_prefix(offered - z_->avail_in);
        produced += room - z_->avail_out;
        if (rc == Z_STREAM_END) return Result::kEnd;
        if (rc != Z_OK && rc != Z_BUF_ERROR) return Result::kError;
        if (produced == size) return Result::kLimit;
        if (in.empty()) return Result::kMore;
        if (rc == Z_BUF_ERROR && z_->avail_out == room && z_->avail_in == offered) return Result::kError;  // stuck
    }
}

Inflater::Result Inflater::write(std::string_view& in, std::string& out, size_t max_out) {
    char scratch[kScratch];
    size_t total = 0;
    for (;;) {
        // One byte more than allowed tells "exactly the limit" from "over it".
        const size_t allowed = max_out - total;
        const size_t room = allowed < kScratch ? allowed + 1 : kScratch;
        size_t produced;
        const Result r = write(in, scratch, room, produced);
        out.append(scratch, std::min(produced, allowed));
        if (produced > allowed) return Result::kLimit;
        total += produced;
        if (r != Result::kLimit) return r;
    }
}

bool Inflater::restart() {
    // The window stays where it is. To copy it out and in again would let a peer have 64 KiB moved for every two
    // octets.
    return inflateResetKeep(z_) == Z_OK;
}

bool Inflater::between_blocks() const {
    return (z_->data_type & (128 | 63)) == 128;  // as zlib.h has it: at a block's end, unused bits
}

}  // namespace ue::codec
