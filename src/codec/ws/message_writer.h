// Messages in, bytes out, into the caller's sink. Server frames are plain, client frames are masked with a fresh
// unpredictable key each (RFC 6455 section 10.3). Lengths are in the shortest form.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "codec/ws/config.h"
#include "codec/ws/errors.h"
#include "codec/ws/sink.h"

namespace ue::codec {

class MessageDeflate;

enum class Compress : uint8_t { kPolicy, kNo, kYes };

class MessageWriter {
  public:
    explicit MessageWriter(Role role) : role_(role) {}

    // The connection's compression, owned by the caller; null while none is agreed on.
    void set_deflate(MessageDeflate* deflate) { deflate_ = deflate; }

    // One message in one frame. Not while in_message().
    void message(Sink& out, uint8_t opcode, std::string_view payload, Compress how = Compress::kPolicy) {
        message(out, opcode, &payload, 1, how);
    }
    void message(Sink& out, uint8_t opcode, const std::string_view* pieces, size_t count,
                 Compress how = Compress::kPolicy);
    // Whether such a message would be one frame of just its payload, which then may be written by whole() instead: into
    // room for kMaxFrameHeader more octets than the payload has. Returns the size of the frame.
    bool is_whole(uint8_t opcode, size_t size) const {
        return role_ == Role::kServer && size < kHeldMinimum && (!deflate_ || !should_deflate(opcode, size));
    }
    size_t whole(char* to, uint8_t opcode, std::string_view payload) const;
    // One frame for every piece that is not empty; one empty frame if there is none.
    void message_multiframe(Sink& out, uint8_t opcode, const std::string_view* pieces, size_t count,
                            Compress how = Compress::kPolicy);

    // A message frame by frame. start() while in_message() is not allowed; frame() only in one. What begins with a
    // control opcode is over with its first frame. `size`: of the whole message, if it will be one frame.
    void start(uint8_t opcode, bool deflate, uint64_t size = UINT64_MAX);
    void frame(Sink& out, const std::string_view* pieces, size_t count, bool final);
    bool in_message() const { return in_message_; }
    uint8_t message_opcode() const { return opcode_; }

    // Allowed in the middle of a message. The payload is cut to 125 octets.
    void control(Sink& out, uint8_t opcode, std::string_view payload = {});
    // Code 0: an empty frame. A reason is cut to 123 octets, at the end of a character if it is UTF-8, since a peer
    // would answer half a character with an error. Abandons a message under way.
    void close(Sink& out, uint16_t code = 0, std::string_view reason = {});

    // Would the policy compress such a message?
    bool should_deflate(uint8_t opcode, uint64_t length) const;
    void reset();

    // Payloads of a server from this size on go to Sink::append_payload, smaller ones are copied behind their header.
    static constexpr size_t kHeldMinimum = 16 * 1024;

  private:
    void put(Sink& out, uint8_t opcode, bool fin, uint8_t rsv, const std::string_view* pieces, size_t count,
             bool callers);
    void put_next(Sink& out, const std::string_view* pieces, size_t count, bool fin);

    MessageDeflate* deflate_ = nullptr;
    Role role_;
    uint8_t opcode_ = 0;
    bool in_message_ = false;
    bool begun_ = false;  // the first frame has gone out
    bool deflated_ = false;
};

// One frame into a string: for tests, for frames made once and sent often (RFC 6455 allows the same bytes to any number
// of clients, since a server does not mask).
std::string make_frame(Role from, uint8_t opcode, std::string_view payload, bool fin = true, uint8_t rsv = 0);

}  // namespace ue::codec
