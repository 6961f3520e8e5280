// Bytes in, messages out. Pull interface: the caller gives what it has read and asks for the next message until there
// is none.
//
//     Span in{data, size};
//     while (reader.next(in, message) != MessageReader::kNeedMore) { ... }
//
// Works in place: payloads are unmasked in the caller's buffer, and a message that is whole in it is handed out as a
// view of it. What is incomplete at the end of the buffer is taken along into a block, so the caller keeps nothing:
// after kNeedMore `in` is empty. The block grows with what has come, not with what a header announces.
// A call's work is linear in the octets it consumes (times what DEFLATE can expand them to, up to max_message_size).
#pragma once
#include <cstddef>
#include <cstdint>

#include "codec/ws/config.h"
#include "codec/ws/errors.h"
#include "codec/ws/frame_header.h"
#include "codec/ws/message.h"
#include "codec/ws/payload.h"
#include "codec/ws/utf8.h"

namespace ue::codec {

class MessageDeflate;

struct Span {
    char* data;
    size_t size;
};

class MessageReader {
  public:
    enum Status : uint8_t {
        kNeedMore,  // nothing complete is left; `in` is used up
        kMessage,   // `out` is a message or a control frame
        kError,     // `out` has the error; the rest of `in` is dropped and the state is "between messages"
        kPause,     // many fragments and still no message; to be called again with what is left of `in`
    };

    // `config` is looked at on every frame and must outlive the reader (or be replaced).
    MessageReader(Role role, const ParserConfig* config) : config_(config), role_(role) {}
    MessageReader(const MessageReader&) = delete;
    MessageReader& operator=(const MessageReader&) = delete;

    void set_config(const ParserConfig* config) { config_ = config; }
    // The connection's compression, owned by the caller; null while none is agreed on.
    void set_deflate(MessageDeflate* deflate) { deflate_ = deflate; }

    // `out` must be held by nobody else; it is reset first. Its payload may be a view of `in`, valid as long as that
    // is. After a close frame everything is swallowed (kNeedMore).
    // `may_pause`: kPause may be returned; so that a message of endless tiny fragments leaves its caller a turn for
    // others.
    Status next(Span& in, WsMessage& out, bool may_pause = false);
    static constexpr size_t kFragmentsPerCall = 1024;
    // The same frame by frame. Between messages the two may be mixed freely; inside one see in_message().
    Status next_frame(Span& in, Frame& out);

    // Receiving a large payload straight to where it is going: {null, 0}, or a place for the octets that come next, at
    // most to the end of the current frame. Follow with received(n) and next() with an empty span. Any other use of the
    // reader makes the place invalid.
    Span receive_target();
    void received(size_t size);
    // A frame's rest is worth a direct read from this size on.
    static constexpr size_t kDirectMinimum = 64 * 1024;
    // The first block for an incomplete payload, unless more has already come. Stops a header that announces gigabytes.
    static constexpr size_t kFirstBlock = 64 * 1024;
    // A block grows to at most so many times what has really come.
    static constexpr size_t kGrowth = 8;
    // A message from this size on is handed out as a block even if it was whole in the caller's buffer: it has to be
    // unmasked anyway, and who wants it as a string of his own then takes the block as it is.
    static constexpr size_t kBlockMinimum = 16 * 1024;

    enum class Mode : uint8_t { kNone, kMessages, kFrames };
    // In the middle of a message, and by which of the two functions it was begun.
    Mode in_message() const { return mode_; }
    bool recv_closed() const { return recv_closed_; }
    // 0; after a close frame its code (kCloseDone if it had none); after an error what to close with.
    uint16_t suggested_close_code() const { return suggested_close_code_; }

    // Back to a new connection (the deflate pointer is forgotten, too).
    void reset();

  private:
    enum class Step : uint8_t { kMore, kDone, kFailed };

    // frame_checks.cc: the rules that a header can break
    Step fail(WsError e);
    Step check_start(uint8_t first, uint8_t second);
    Step check_limits(Mode mode);
    Step check_data_frame();

    // message_reader.cc
    Step read_header(Span& in, Mode mode);
    Step check_header(bool shortest, Mode mode);
    Step next_piece(Span& in, Payload& whole, Mode mode);
    void swallow(Span& in);
    template <class Out>
    Status report_error(Span& in, Out& out);
    void end_message();

    // small_message.cc
    bool take_small(Span& in, WsMessage& out);

    // message_payload.cc
    Step read_control(Span& in, Payload& whole);
    Step finish_close(Payload& payload, uint16_t& code);
    Step read_data(Span& in, Payload& whole);
    Step consume(char* data, size_t size, Payload& whole);
    Step collect(const char* data, size_t size, uint64_t phase);
    bool text_is_valid(const char* data, size_t size);
    Step inflate(const char* data, size_t size, Payload& target);
    Step finish_data(Payload& whole);
    void make_room(size_t come, uint64_t announced);
    Payload& target(Payload& whole) { return collecting_ ? collected_ : whole; }
    uint64_t left_of_frame() const { return frame_.length - frame_done_; }

    const ParserConfig* config_;
    MessageDeflate* deflate_ = nullptr;
    Payload collected_;            // of a message or frame that cannot be handed out as a view
    Payload control_;              // of a control frame that has come in part
    FrameHeader frame_;            // the frame under way
    uint64_t frame_done_ = 0;      // octets of its payload so far
    uint64_t message_size_ = 0;    // decompressed octets of the message so far
    uint32_t frame_count_ = 0;     // its complete frames
    char stash_[kMaxFrameHeader];  // an incomplete header
    uint8_t stash_size_ = 0;
    uint8_t message_opcode_ = 0;
    uint16_t suggested_close_code_ = kCloseNone;
    WsError failure_ = WsError{};
    Utf8Validator utf8_;
    Role role_;
    Mode mode_ = Mode::kNone;
    bool in_frame_ = false;
    bool collecting_ = false;
    bool deflated_ = false;  // the message came compressed
    bool recv_closed_ = false;
};

}  // namespace ue::codec
