// Frames from a server (RFC 6455 section 5.2), checked strictly, and the messages in them compared with the tape.
#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "replies.h"
#include "upgrade.h"

using z_stream = struct z_stream_s;

namespace bench {

struct FreeInflater {
    void operator()(z_stream*) const;
};
using Inflater = std::unique_ptr<z_stream, FreeInflater>;

// What all connections of a run share.
struct FrameRules {
    const Tape* tape = nullptr;
    bool text = true, deflate = false;
    Inflater shared;  // one inflater is enough if the server begins every message anew
    std::vector<uint8_t> plain = std::vector<uint8_t>(64 << 10);
    uint64_t payload_bytes = 0, compressed = 0;  // counted: on the wire, and messages that were compressed

    void agree(const Options&, const Agreement&, const Tape&);
};

class FrameReader {
  public:
    enum class Found { kNothing, kMessage, kControl };

    // Takes bytes from [p, p + n) until a message or a control frame is complete or there are no more, and moves both
    // on.
    Found read(FrameRules&, Replies&, uint32_t connection, const uint8_t*& p, size_t& n);

    // Of the control frame that was found.
    uint8_t opcode() const { return head_[0] & 15; }
    const std::string& control() const { return control_; }

  private:
    bool take_head(const uint8_t*& p, size_t& n);
    void begin(FrameRules&);
    void inflate(FrameRules&, Replies&, uint32_t connection, const uint8_t* p, size_t n);

    uint64_t left_ = 0;  // of the payload of the frame
    uint8_t head_[10] = {}, head_have_ = 0;
    bool in_frame_ = false, in_message_ = false, compressed_ = false;
    std::string control_;
    Inflater own_;
};

}  // namespace bench
