// The messages, made once: a cycle of different frames laid out twice over, so that any run of up to count() frames,
// from whichever one on, is one piece of memory. A batch of messages is one write, and nothing is built per message.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "options.h"

namespace bench {

class Tape {
  public:
    Tape() = default;
    // window_bits 0: uncompressed messages.
    Tape(const Options&, int window_bits);

    explicit operator bool() const { return count_; }
    size_t count() const { return count_; }
    // What message number `seq` brings, as it has to come back.
    const std::string& payload(uint64_t seq) const { return payloads_[seq % count_]; }
    size_t frame_size(uint64_t seq) const { return at_[seq % count_ + 1] - at_[seq % count_]; }
    // The frames of the next messages from number `seq` on, at most count().
    std::string_view frames(uint64_t seq, size_t messages) const {
        const size_t first = seq % count_;
        return {bytes_.data() + at_[first], at_[first + messages] - at_[first]};
    }

  private:
    size_t count_ = 0;
    std::vector<std::string> payloads_;
    std::string bytes_;
    std::vector<size_t> at_;  // where each frame starts, and the end
};

// A client's frame with this first byte.
std::string masked_frame(uint8_t head, std::string_view payload);

}  // namespace bench
