#include "outbox.h"

#include <algorithm>
#include <string_view>

#include "common.h"

namespace bench {

Io::Kind Outbox::flush(Transport& transport, const Tape& tape) {
    while (!empty()) {
        const bool own = !own_.empty() && !offset_;  // only between frames
        std::string_view bytes = own_;
        if (!own) {
            const uint64_t batch = own_.empty() ? std::min<uint64_t>(queued_ - written_, tape.count()) : 1;
            bytes = tape.frames(written_, batch).substr(offset_);
        }
        const Io io = transport.write(bytes.data(), bytes.size());
        if (io.kind == Io::kEnd) die(kBroken, "cannot send: the server has gone");
        if (io.kind != Io::kDone) return io.kind;
        if (own) {
            own_.erase(0, io.bytes);
            continue;
        }
        offset_ += io.bytes;
        for (size_t size; written_ < queued_ && offset_ >= (size = tape.frame_size(written_)); ++written_)
            offset_ -= size;
    }
    return Io::kDone;
}

}  // namespace bench
